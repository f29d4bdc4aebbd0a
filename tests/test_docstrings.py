"""What the docstrings say is true: their examples run, and what Survey offers is explained."""

import doctest
import importlib
import inspect
import pkgutil
import re
import shutil
from types import FunctionType

import pytest

import dmsi_lib
from dmsi_lib import Survey
from dmsi_lib.choices import QUESTIONNAIRE

MODULES = [
    name
    for _, name, is_package in pkgutil.walk_packages(dmsi_lib.__path__, "dmsi_lib.")
    if not is_package and not name.endswith("__main__")
]
PUBLIC = [name for name in dir(Survey) if not name.startswith("_")]
METHODS = [
    name
    for name in PUBLIC
    if isinstance(inspect.getattr_static(Survey, name), FunctionType | classmethod)
]


def test_examples_run(tmp_path, monkeypatch):
    shutil.copytree(QUESTIONNAIRE.parent, tmp_path / "data", ignore=lambda *_: ["raw"])
    monkeypatch.chdir(tmp_path)  # where an example may save a file
    finder, runner = (
        doctest.DocTestFinder(),
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE),
    )
    names = {"survey": Survey.load()}
    for module in map(importlib.import_module, MODULES):
        for test in finder.find(module, extraglobs=names):
            runner.run(test)
    assert runner.tries > 25
    assert runner.failures == 0


@pytest.mark.parametrize("name", METHODS)
def test_method_of_survey_has_an_example_and_says_what_it_takes_gives_and_refuses(name):
    method = getattr(Survey, name)
    text = inspect.getdoc(method)
    wanted = ["Returns", "Examples"]
    taken = [p for p in inspect.signature(method).parameters if p not in ("self", "cls")]
    wanted += ["Parameters", "Raises"] * bool(taken)
    assert [head for head in wanted if f"{head}\n{'-' * len(head)}" not in text] == []
    assert re.search(rf"\.{name}\(", text)


@pytest.mark.parametrize("name", sorted(set(PUBLIC) - set(METHODS)))
def test_attribute_of_survey_is_explained(name):
    kind = inspect.getattr_static(Survey, name)
    own = "" if isinstance(kind, bool | str) else inspect.getdoc(kind) or ""
    assert own or f"{name} :" in inspect.getdoc(Survey)
