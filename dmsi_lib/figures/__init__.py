"""What a reader sees: tables in words, bars, charts, comparisons, the routing diagram.

Everything here takes finished tables and gives pictures or HTML; nothing is counted.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
