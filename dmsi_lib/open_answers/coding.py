"""Coding open-ended answers: what is still to be coded, as a sheet, and the sheet read back.

The researcher's tags are the authority. Keywords of the codebook only suggest: a suggestion stands
in a column of its own, and nothing reads it back.
"""

import re
from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from dmsi_lib.errors import InputError, UsageError, problems
from dmsi_lib.files import Place
from dmsi_lib.open_answers.tags import TAG_COLUMNS
from dmsi_lib.questionnaire import Theme
from dmsi_lib.wording import unknown

SHEET_COLUMNS = ["respondent", "answer", "suggested", "themes"]
SEPARATOR = ";"
_NEEDED = ["respondent", "answer", "themes"]
_SHORT = 4  # letters; keywords of fewer count only as whole words
_CODER = re.compile(r"\w[\w .'-]*")


def suggest_themes(text: str, themes: Sequence[Theme]) -> list[str]:
    """Codes of the themes whose keywords an answer contains; no more than a hint.

    Keywords with fewer than four letters are looked for as whole words ("na"), the others also
    inside a word ("boundar").
    """
    text = _folded(text)
    return [theme.code for theme in themes if any(_contains(text, k) for k in theme.keywords)]


def _folded(text: str) -> str:
    """Lower case, line breaks as spaces and typographic apostrophes as plain ones."""
    return " ".join(text.lower().replace("’", "'").split())


def _contains(text: str, keyword: str) -> bool:
    keyword = _folded(keyword)
    if sum(map(str.isalpha, keyword)) >= _SHORT:
        return keyword in text
    return bool(keyword) and bool(re.search(rf"(?<!\w){re.escape(keyword)}(?!\w)", text))


def check_coder(name: str, tags: pd.DataFrame) -> str:
    """A coder's name, trimmed.

    Raises
    ------
    UsageError
        For a name without letters, or one that differs from an earlier coder's in case alone.
    """
    name = " ".join(name.split())
    if not _CODER.fullmatch(name):
        raise UsageError(
            f"'{name}' is no coder's name; expected letters, digits, spaces, points and hyphens."
        )
    for known in tags["coder"].unique():
        if known != name and known.casefold() == name.casefold():
            raise UsageError(f"There is a coder '{known}' already; write '{name}' the same way.")
    return name


def coding_sheet(
    answers: pd.Series, themes: Sequence[Theme], tags: pd.DataFrame, coder: str
) -> pd.DataFrame:
    """What a coder has not coded yet.

    Parameters
    ----------
    answers : Series of str by respondent, without blanks
    themes : the question's codebook
    tags : DataFrame with the columns of TAG_COLUMNS
    coder : name, as from `check_coder`

    Returns
    -------
    DataFrame of str with the columns of SHEET_COLUMNS; `themes` is empty, for the researcher
    """
    coded = tags.loc[tags["coder"] == coder, "respondent"]
    rest = answers[~answers.index.isin(coded)]
    suggested = [f"{SEPARATOR} ".join(suggest_themes(text, themes)) for text in rest]
    columns = [rest.index.astype(str), rest.to_numpy(dtype=object), suggested, ""]
    return pd.DataFrame(dict(zip(SHEET_COLUMNS, columns, strict=True)), dtype=object)


def codebook_sheet(themes: Sequence[Theme]) -> pd.DataFrame:
    """The codebook as the coder sees it beside the answers (DataFrame of str)."""
    rows = [(t.code, t.label, t.definition, ", ".join(t.keywords)) for t in themes]
    return pd.DataFrame(rows, columns=["code", "label", "definition", "keywords"], dtype=object)


def coded_answers(
    rows: Sequence[Sequence[str]],
    numbers: Sequence[int],
    answers: pd.Series,
    themes: Sequence[Theme],
    source: Place,
) -> dict[str, list[str]]:
    """Read what a researcher filled in.

    Parameters
    ----------
    rows, numbers : as from `sheets.read_sheet`
        Rows may be sorted or deleted and columns added; `suggested` is not read.
    answers : Series of str by respondent, without blanks
    themes : the question's codebook
    source : the sheet's path, for messages

    Returns
    -------
    dict of respondent to theme codes; those without themes are left out, since they are still to
    be coded

    Raises
    ------
    InputError
        With a line for every row that names no respondent, whose answer is not the respondent's,
        or that has an unknown theme.
    """
    header = [text.strip().lower() for text in rows[0]]
    for name in _NEEDED:
        if header.count(name) != 1:
            raise InputError(
                f"{source}, row {numbers[0]}: expected one column '{name}', found "
                f"{header.count(name)}; the columns are {', '.join(SHEET_COLUMNS)}."
            )
    places = [header.index(name) for name in _NEEDED]
    codes = [theme.code for theme in themes]
    coded: dict[str, list[str]] = {}
    seen: dict[str, int] = {}
    faults: list[str] = []
    for number, row in zip(numbers[1:], rows[1:], strict=True):
        respondent, answer, cell = (row[place] for place in places)
        chosen = list(dict.fromkeys(c for part in cell.split(SEPARATOR) if (c := part.strip())))
        found = [
            *_row_faults(respondent.strip(), answer, answers, seen),
            *(unknown("theme", code, codes) for code in chosen if code not in codes),
        ]
        faults += [f"row {number}: {fault}" for fault in found]
        seen.setdefault(respondent.strip(), number)
        if chosen:
            coded[respondent.strip()] = chosen
    if faults:
        raise InputError(problems(f"{source}: nothing was read.", faults))
    return coded


def _row_faults(
    respondent: str, answer: str, answers: pd.Series, seen: Mapping[str, int]
) -> list[str]:
    """What is wrong with a row before its themes are looked at."""
    if respondent in seen:
        return [f"respondent '{respondent}' stands in row {seen[respondent]} already."]
    if respondent not in answers.index:
        found = f"there is no answer of a respondent '{respondent}'"
        return [f"{found}; expected an id as in the export."]
    if answer.split() != answers[respondent].split():  # programs differ in their line breaks
        return [
            f"the answer is not what respondent '{respondent}' wrote; expected the text of the "
            "export. Was the sheet sorted by part of its columns, or made for another question?"
        ]
    return []


def merge_tags(
    tags: pd.DataFrame, coded: Mapping[str, Collection[str]], coder: str
) -> pd.DataFrame:
    """Put a coder's new tags beside all others.

    Only this coder's tags of the respondents in `coded` are replaced; everybody else's stay, and
    so does the order of the rows. Merging the same twice changes nothing.

    Parameters
    ----------
    tags : DataFrame with the columns of TAG_COLUMNS
    coded : as from `coded_answers`
    coder : name, as from `check_coder`

    Returns
    -------
    DataFrame with the columns of TAG_COLUMNS
    """
    old = list(tags.itertuples(index=False, name=None))
    new = dict.fromkeys((name, code, coder) for name, codes in coded.items() for code in codes)
    kept = [row for row in old if row[2] != coder or row[0] not in coded or row in new]
    rows = dict.fromkeys([*kept, *new])
    return pd.DataFrame(list(rows), columns=TAG_COLUMNS, dtype=str)
