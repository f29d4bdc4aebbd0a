"""The command line: one function a command, which calls the wings and has no logic of its own."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
