"""How the answers to a derived question follow from those to others."""

from dataclasses import dataclass, field

from dmsi_lib.questionnaire.rules import Rule

COALESCE, RECODE, NET, COUNT, BANDS, COMBINE = KINDS = (
    *("coalesce", "recode", "net", "count", "bands", "combine"),
)

Bounds = tuple[tuple[str, float], ...]  # as of a `rules.Condition`


@dataclass(frozen=True)
class Derivation:
    """What a derived question is made of, and how.

    Attributes
    ----------
    kind : one of KINDS
        The first answer to any part; each answer in one option; options that are any of several
        answers; the number of ticks; numbers in bands; conditions on several answers.
    parts : ids of the questions it is made of, asked or derived
    codes : by option the answers to its one part that it takes, of a recode or a net
    counted : the answers that a count counts
    bounds : by option the numbers that it takes, of bands, and of a count in bands
    rules : by option, in their order, who is in it, of a combination; () for all others
    """

    kind: str
    parts: tuple[str, ...]
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counted: tuple[str, ...] = ()
    bounds: dict[str, Bounds] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
