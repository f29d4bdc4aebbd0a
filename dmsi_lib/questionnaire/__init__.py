"""The instrument: what was asked, of whom, with which options; read from YAML and checked.

Sources: docs of `data/questionnaire.yaml` itself; the terms are those of the NCES Statistical
Standards and the Census Bureau ("universe").
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
