"""Words of respondents: coding, quotations that were reviewed, identities in them counted.

Sources: Cohen (1960) and Krippendorff (2011) for agreement; what an identity is says `reading`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
