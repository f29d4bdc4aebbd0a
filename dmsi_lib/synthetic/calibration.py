"""What a synthetic export has to meet: the published figures and the calibration's own settings.

A name in the calibration that stands for nothing is an error: a setting with a misspelt question
would otherwise be without effect, and nobody would notice.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError, problems
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.wording import unknown

BLANK = "blank"  # in place of a code: whoever left the gate blank
_SETTINGS = ("answered", "counts", "off_route", "answered_by", "worths", "partial", "theme_where")
_DEFAULT = "default"
_SCORES = (_DEFAULT, "answering", "staying")


def read_targets(
    questionnaire: Questionnaire, published: pd.DataFrame, calibration: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """What must come out for each question id: "counts" (code to int), "answered" (int), and the
    calibration's other settings.

    An InputError for names that do not exist, and for what differs from what was published.
    """
    faults = list(_faults(questionnaire, calibration))
    if faults:
        raise InputError(problems("The calibration can't be used.", faults))
    targets = _published_targets(published)
    for name, settings in calibration["questions"].items():
        target = targets.setdefault(name, {"counts": {}})
        for code, count in settings.get("counts", {}).items():
            if target["counts"].setdefault(code, int(count)) != int(count):
                raise InputError(f"calibration: {name}.{code} differs from what was published.")
        wanted = int(settings.get("answered", target.get("answered", -1)))
        if wanted >= 0 and target.setdefault("answered", wanted) != wanted:
            raise InputError(f"calibration: the base of {name} differs from the published one.")
        target |= {k: v for k, v in settings.items() if k not in ("counts", "answered")}
    for question in questionnaire.in_file:
        target = targets.get(question.id, {"counts": {}})
        if "answered" not in target and not target["counts"]:
            raise InputError(f"calibration: no count is known for question '{question.id}'.")
        if question.type == "single":
            target.setdefault("answered", sum(target["counts"].values()))
        elif "answered" not in target:
            raise InputError(f"calibration: no base is known for question '{question.id}'.")
    return targets


def _published_targets(published: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Bases and counts as printed; where table and prose differ, the table's."""
    order = {"table": 0, "total": 0, "prose": 1}
    known = published[published["kind"].isin(order) & (published["relation"] == "=")]
    known = known.sort_values("kind", key=lambda kind: kind.map(order), kind="stable")
    known = known[~known["reading"].str.startswith("report's error")]
    targets: dict[str, dict[str, Any]] = {}
    columns = (known[name] for name in ("question", "measure", "item", "count", "base"))
    for question, measure, item, count, base in zip(*columns, strict=True):
        target = targets.setdefault(question, {"counts": {}})
        if measure == "answered" and pd.notna(count):
            target.setdefault("answered", int(count))
        if measure in ("option", "theme") and isinstance(base, int | np.integer):
            target.setdefault("answered", int(base))
        if measure == "option" and isinstance(count, int | np.integer):
            target["counts"].setdefault(item, int(count))
    return targets


def _faults(questionnaire: Questionnaire, calibration: Mapping[str, Any]) -> Iterator[str]:
    """Every name in the calibration that stands for nothing, as a text."""
    traits, loadings = calibration["traits"], calibration["loadings"]
    for n, (name, others) in enumerate(traits.items()):
        yield from _strange(others, list(traits)[:n], f"trait '{name}'", "earlier trait")
    if _DEFAULT not in loadings:
        yield f"loadings: '{_DEFAULT}' is missing."
    for name, weights in loadings.items():
        question, dot, code = name.partition(".")
        if name not in _SCORES:
            yield from _gate_faults("loadings", {question: [code] if dot else []}, questionnaire)
        yield from _strange(weights, traits, f"loadings of '{name}'", "trait")
    pages = {str(question.page) for question in questionnaire.in_file}
    for stop in calibration["stops"]:
        if stop["after"] not in pages:
            yield f"stops: there is no page {stop['after']}."
        yield from _gate_faults("stops", stop.get("where", {}), questionnaire)
    for name, settings in calibration["questions"].items():
        yield from _strange(settings, _SETTINGS, name, "setting")
        yield from _gate_faults("questions", {name: settings.get("counts", {})}, questionnaire)
        for key in ("off_route", "answered_by"):
            yield from _gate_faults(f"{name}.{key}", settings.get(key, {}), questionnaire)
        for where in settings.get("theme_where", {}).values():
            yield from _gate_faults(f"{name}.theme_where", where, questionnaire)


def _gate_faults(
    place: str, gates: Mapping[str, Iterable[str]], questionnaire: Questionnaire
) -> Iterator[str]:
    yield from _strange(gates, questionnaire.by_id, place, "question")
    for gate in (gate for gate in gates if gate in questionnaire):
        known = [*questionnaire[gate].choices, BLANK]
        yield from _strange(gates[gate], known, place, f"option of {gate} with code")


def _strange(names: Iterable[str], known: Collection[str], place: str, kind: str) -> Iterator[str]:
    """A text for each name that is not known."""
    return (f"{place}: {unknown(kind, name, known)}" for name in names if name not in known)
