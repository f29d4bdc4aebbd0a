"""A report on a shared drive: versions, each complete and verified before readers are led to it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
