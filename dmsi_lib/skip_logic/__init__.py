"""Who should have been asked: routing statuses, edits that reconcile answers with gates, stops.

Sources: NCES Statistical Standards 4-1; AAPOR Standard Definitions; Fellegi & Holt (1976).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
