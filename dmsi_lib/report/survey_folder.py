"""What a survey's folder holds beside the questionnaire, and what a report is without the rest."""

from collections.abc import Iterator

from dmsi_lib.choices import (
    CODEBOOK,
    PUBLISHED_FIGURES,
    QUOTATIONS,
    TAGS,
    TILES,
    Choices,
    Options,
    input_files,
)
from dmsi_lib.report.notebooks import Generated, sources_of

_WITHOUT = {
    CODEBOOK.name: "open answers have no themes",
    TILES.name: "there is no tile map",
    PUBLISHED_FIGURES.name: "nothing is compared with published figures",
    QUOTATIONS: "no answer is quoted",
    TAGS: "themes of open answers are not counted",
}
_BESIDE_EXPORT = (QUOTATIONS, TAGS)


def folder_lines(choices: Choices) -> Iterator[str]:
    """Each optional file of a survey, a line: whether it is there, else what is left out.

    Parameters
    ----------
    choices : whose export and questionnaire the files lie beside

    Examples
    --------
    >>> print(*folder_lines(Choices()), sep="\\n")  # doctest: +ELLIPSIS
    themes.yaml: there
    ...
    """
    there = {name.partition("/")[0] for name in input_files(choices)}
    for name, lacking in _WITHOUT.items():
        beside = "export" if name in _BESIDE_EXPORT else "questionnaire"
        yield f"{name}: there" if name in there else f"{name}: not beside the {beside}; {lacking}"
    sources = sources_of(choices, Options())
    first = sources[0]
    if isinstance(first, Generated):
        yield "notebooks/: not beside the questionnaire; the library's generic ones are used"
    else:
        yield f"notebooks/: {len(sources)} in {first.parent}"
