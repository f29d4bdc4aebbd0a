"""Words of respondents: coding, quotations that were reviewed, identities found and marked.

Sources: Cohen (1960) for agreement; the formats of identities are named in `identities`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
