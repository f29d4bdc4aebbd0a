"""Reading, reconciling and counting survey responses, and publishing them as a report.

The flow goes one way: export file, responses, routing status, tables, figures, executed notebooks,
HTML pages. A notebook holds one object, a `Survey`; `say` and `show` put sentences and frames on
the page.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
