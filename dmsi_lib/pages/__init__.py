"""From executed notebooks to self-contained HTML pages, one file of them all, and its PDF.

Sources: WCAG 2.2 for what a page owes its readers; CSP level 3 for what it may load.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
