"""The one object a notebook holds: everything read at once, frozen, put together from parts."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
