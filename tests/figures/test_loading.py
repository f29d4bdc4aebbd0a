"""What is loaded: drawing by those alone who draw, controls by those alone who look around."""

from pathlib import Path

import dmsi_lib.figures

MODULES = sorted(path.stem for path in Path(dmsi_lib.figures.__file__).parent.glob("[a-z]*.py"))


def loaded(fresh_python, code, *packages):
    """Those of the packages that are loaded once a new process has run the code."""
    asked = f"print([name for name in {packages} if name in sys.modules])"
    return fresh_python(f"import sys\n{code}\n{asked}").strip().splitlines()[-1]


def test_modules_load_neither_seaborn_nor_what_only_jupyter_needs(fresh_python):
    code = "\n".join(f"import dmsi_lib.figures.{name}" for name in MODULES)
    assert "charts" in MODULES
    assert loaded(fresh_python, code, "seaborn", "IPython", "ipywidgets") == "[]"


def test_tables_are_shown_without_drawing(fresh_python):
    code = """
from dmsi_lib import Survey
survey = Survey.load()
for shown in (
    survey.show("role"),
    survey.compare("usefulness", by="role"),
    survey.ranking("benefits_ranked_frontline"),
):
    assert "<table" in shown._repr_html_()
"""
    drawing = ("matplotlib", "seaborn", "PIL", "IPython", "ipywidgets")
    assert loaded(fresh_python, code, *drawing) == "[]"


def test_bars_are_drawn_without_seaborn(fresh_python):
    code = 'from dmsi_lib import Survey\nassert Survey.load().plot("role").png()'
    assert loaded(fresh_python, code, "seaborn", "IPython", "ipywidgets") == "[]"
