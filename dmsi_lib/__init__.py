"""Reading, reconciling and counting survey responses, and publishing them as a report.

The flow goes one way: export file, responses, routing status, tables, figures, executed notebooks,
HTML pages. A notebook holds one object, a `Survey`; `say` and `show` put sentences and frames on
the page.
"""

import importlib

_HOMES = {"Survey": "survey", "say": "display", "show": "display"}
__all__ = ["Survey", "say", "show"]


def __getattr__(name):
    # Loaded when asked for, so that `dmsi --help` need not wait for pandas and matplotlib.
    if name in _HOMES:
        return getattr(importlib.import_module(f"dmsi_lib.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'dmsi_lib' has no attribute '{name}'")
