"""What was published: the ledger of printed figures, checks against itself, ours beside it.

Source: the published report, line by line in `data/published_figures.csv`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
