"""What a door offers says what it takes and gives; mypy checks that the bodies keep to it."""

import inspect
import tomllib
from importlib import import_module
from pathlib import Path

import dmsi_lib

LIBRARY = Path(dmsi_lib.__file__).parent
MYPY = tomllib.loads((LIBRARY.parent / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
DOORS = sorted(path.parent.name for path in LIBRARY.glob("*/__init__.pyi"))


def missing(function):
    """Names of the parameters without a type, and "return" where there is none."""
    signature = inspect.signature(function)
    bare = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.annotation is inspect.Parameter.empty and name not in ("self", "cls")
    ]
    return bare + ["return"] * (signature.return_annotation is inspect.Signature.empty)


def functions_of(name, value):
    """The functions behind a name of a door: itself, or what a class says in public."""
    if not inspect.isclass(value):
        members = {name: value}
    else:
        members = {
            f"{name}.{attribute}": member
            for attribute, member in inspect.getmembers_static(value)
            if not attribute.startswith("_")
        }
    for full_name, member in members.items():
        for inner in ("fget", "func", "__func__"):  # of properties and class methods
            member = getattr(member, inner, member)
        function = inspect.unwrap(member) if callable(member) else None
        if inspect.isfunction(function) and function.__module__.startswith("dmsi_lib."):
            yield full_name, function


def offered():
    for wing in DOORS:
        door = import_module(f"dmsi_lib.{wing}")
        for name in door.__all__:
            for full_name, function in functions_of(name, getattr(door, name)):
                yield f"{wing}.{full_name}", function


def test_doors_offer_what_is_annotated():
    bare = {name: missing(function) for name, function in offered() if missing(function)}
    assert bare == {}


def test_mypy_is_strict():
    assert MYPY["strict"] is True and MYPY["packages"] == ["dmsi_lib"]
    switched_off = {name for name, value in MYPY.items() if value is False}
    assert not [part for part in MYPY["overrides"] if part["module"][0].startswith("dmsi_lib")]
    assert switched_off <= {
        *("warn_return_any", "disallow_untyped_calls", "disallow_subclassing_any"),
    }
    excused = [module for part in MYPY["overrides"] for module in part["module"]]
    assert [module for module in excused if module.startswith("dmsi_lib")] == []


def test_missing_sees_bare_parameters():
    def half(a, b: int, *, c=1): ...

    assert missing(half) == ["a", "c", "return"]


def test_functions_of_a_class_are_its_properties_and_methods():
    from dmsi_lib.questionnaire import Questionnaire

    names = {name for name, _ in functions_of("Questionnaire", Questionnaire)}
    assert names == {
        f"Questionnaire.{name}"
        for name in (
            *("by_id", "routing_order", "in_file", "derived", "with_questions", "asked_of"),
            *("extent", "sources"),
        )
    }
