"""Which option or row of a question a text stands for.

It is the label, an alias of it, either of them in another spelling (see `wording`), on a scale the
same point with other words ("10" for "Extremely likely - 10"), or a label that the file has cut.
"""

from collections.abc import Mapping

from dmsi_lib.questionnaire import Question, scale_point
from dmsi_lib.wording import Wordings, plain

NORMALISED = "wording matched after normalising"
BY_POINT = "matched by its point of the scale"
CUT = "label cut short in the file"
# SPSS holds 120 bytes of a value's label and 256 of a variable's (PSPP manual, "Value Labels
# Records", "Variable Record"); a letter cut in two, or a space, may be lost besides.
_CUT_LENGTHS = {*range(117, 121), *range(253, 257)}


class Labels:
    """The texts of a question's options, or of its rows, with their codes.

    Parameters
    ----------
    labels : label by code
    aliases : further texts by code
    points : code by point of the scale, where they make one
    """

    def __init__(
        self,
        labels: Mapping[str, str],
        aliases: Mapping[str, tuple[str, ...]],
        points: Mapping[int, str] | None = None,
    ) -> None:
        self.texts = {code: (label, *aliases.get(code, ())) for code, label in labels.items()}
        known = [(text, code) for code, texts in self.texts.items() for text in texts]
        self._exact = dict(reversed(known))
        self._wordings = Wordings(known)
        self._points = points or {}

    def read(self, text: str) -> tuple[str | None, str]:
        """The code that a text stands for, or None, and the rule by which; "" where it is exact."""
        code = self._exact.get(text)
        if code is not None:
            return code, ""
        code = self._wordings.find(text)
        if code is not None:
            return code, NORMALISED
        point = scale_point(text) if self._points else None
        if point is not None and point in self._points:
            return self._points[point], BY_POINT
        cut = self.cut_to(text)
        return (cut[0], CUT) if len(cut) == 1 else (None, "")

    def cut_to(self, text: str) -> list[str]:
        """The codes of all whose label, or an alias of it, a file may have cut to this text."""
        return [c for c, texts in self.texts.items() if any(cut_short(text, t) for t in texts)]

    def find(self, text: str) -> str | None:
        """The code that a text stands for, or None."""
        return self.read(text)[0]

    def find_all(self, text: str) -> list[str]:
        """The codes of a text that several options may have; [] if it is unknown."""
        several = self._wordings.find_all(text)
        code = self.find(text)
        return several or ([code] if code is not None else [])

    def near(self, text: str) -> tuple[str, str] | None:
        """The code and the wording nearest to an unknown text, or None if none is near."""
        wording = self._wordings.suggest(text)
        return None if wording is None else (self._exact[wording], wording)


def option_labels(question: Question) -> Labels:
    """The texts of a question's options, the companions' included."""
    codes: dict[int, list[str]] = {}
    for code, label in question.options.items() if question.scores else ():
        point = scale_point(label)
        if point is not None:
            codes.setdefault(point, []).append(code)
    points = {point: found[0] for point, found in codes.items() if len(found) == 1}
    return Labels(question.choices, question.option_aliases, points)


def row_labels(question: Question) -> Labels:
    """The texts of a question's rows."""
    return Labels(question.rows, question.row_aliases)


def cut_short(text: str, label: str) -> bool:
    """Whether a text is a label of which SPSS has kept no more."""
    if len(text.encode()) not in _CUT_LENGTHS:
        return False
    kept = plain(text).rstrip("\N{REPLACEMENT CHARACTER}…")
    return len(plain(label)) > len(kept) and plain(label).startswith(kept)
