"""Counting: tables with the base they stand on, and the statistics that go with them.

Sources: Wilson (1927), Newcombe (1998), Bilder & Loughin (2004), Plackett (1975), each named where
its formula stands.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
