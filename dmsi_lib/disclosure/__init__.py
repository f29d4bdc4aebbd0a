"""What the public may see: small cells hidden by one plan, tried by an attacker's programme.

Source: Hundepool et al., Statistical Disclosure Control (2012), chapter 4.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
