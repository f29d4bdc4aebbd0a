"""Importing the library changes nothing that other code in the process relies on."""

# What of the process a module might set for all, looked at before and after every import. Other
# packages are imported first: what they set is their own affair.
PROBE = """
import builtins, csv, gc, importlib, locale, logging, os, pkgutil, signal, sys, warnings
import matplotlib.pyplot, nbconvert.exporters, pandas, papermill, seaborn, statsmodels.api
import dmsi_lib

def state():
    return {
        "csv": csv.field_size_limit(),
        "gc": (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()),
        "warnings": list(warnings.filters),
        "recursion": sys.getrecursionlimit(),
        "path": list(sys.path),
        "missing modules": {name for name, module in sys.modules.items() if module is None},
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "locale": locale.setlocale(locale.LC_ALL),
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "hooks": (sys.excepthook, sys.displayhook, sys.unraisablehook),
        "builtins": dict(vars(builtins)),
        "logging": (logging.root.level, list(logging.root.handlers)),
        "matplotlib": dict(matplotlib.rcParams),
        "pandas": {name: pandas.get_option(name) for name in (
            "display.max_rows", "display.max_columns", "display.width", "display.precision",
            "display.float_format", "display.max_colwidth")},
    }

before = state()
for module in pkgutil.walk_packages(dmsi_lib.__path__, "dmsi_lib."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
after = state()
print([name for name in before if after[name] != before[name]])
"""


def test_imports_change_nothing_of_the_process(fresh_python):
    assert fresh_python(PROBE).strip() == "[]"
