"""Whatever few respondents answered, the notebooks run and say nothing broken, and nothing that so
few cannot bear out."""

import csv
import re
import shutil

import pytest
from told_by_notebooks import ALT, CAPTION, CELL, HEAD, SENTENCE, tell_all

from dmsi_lib import Survey
from dmsi_lib.choices import QUESTIONNAIRE, SYNTHETIC_EXPORT
from dmsi_lib.errors import InputError
from dmsi_lib.tables import FEWEST

PROSE = {SENTENCE, CAPTION, ALT}
BROKEN = re.compile(
    r"\b[Nn]a[Nn]\b|<NA>|\binf\b|\bNone\b(?! of)|\bof (the )?0\b(?![.,]\d)|no base|"
    r"\(\s*\)|: \.| {2}|\. \.|“”|\ball 1\b|Within the 1\b"
)
ONE_OF_MANY = re.compile(
    r"(?<![\w.,+-])(?<!\bto )1 (?!is\b|was\b|has\b|less\b|others?\b)[a-z]+(?<!s)s\b"
)
MANY_OF_ONE = re.compile(
    r"(?<![\w.,-])(?!1 )\d+ "
    r"(respondent|answer|question|option|gate|figure|place|point|group)\b(?!-)"
)
CLAIM = re.compile(
    r"\bp [=<]|95 %|\binterval|\b[Mm]ost\b|(?<!may )\bdiffers?\b|significant|more often|chi-square|"
    r"\bAll (said|chose)\b|best mean rank"
)
TOO_FEW = re.compile(r"[Tt]oo few|[Nn]obody")
BASES = re.compile(
    r"(?:\b[Oo]f(?: the| all)?|\bn =|\bBase:(?: all)?) (\d+)\b(?! options| differences| %|\.\d)"
)


def few(*numbers):
    """Of the respondents who came to the end, the first."""
    return lambda rows, survey: [r for r in rows if r[0] in ended(survey)][slice(*numbers)]


def ended(survey):
    named = survey.responses["province", ""].notna()
    return set(named.index[named])


def without_users(rows, survey):
    uses = survey.responses["use_digital_messaging", ""].eq("yes")
    users = set(uses.index[uses]) | set(survey.responses["role", ""].dropna().index)
    return [row for row in rows if row[0] not in users]


FILES = {
    "one": few(1),
    "two": few(2),
    "five": few(5),
    "forty": few(40),
    "nobody uses it": without_users,
    "nobody has ended": lambda rows, survey: [r for r in rows if r[0] not in ended(survey)],
}
PARTS = {
    "one province": "province=ontario",
    "one manager": "province=new_brunswick",
    "nobody but one": "province=northwest_territories",
}


def written(folder, choose, survey):
    """An export of some of the respondents, with what lies beside it."""
    shutil.copytree(SYNTHETIC_EXPORT.parent, folder)
    with (folder / SYNTHETIC_EXPORT.name).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with (folder / SYNTHETIC_EXPORT.name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows[:2] + choose(rows[2:], survey))
    return folder / SYNTHETIC_EXPORT.name


@pytest.fixture(scope="module", params=[*FILES, *PARTS])
def told(request, survey, tmp_path_factory):
    """How many respondents there are, and what is told of them."""
    if request.param in FILES:
        folder = tmp_path_factory.mktemp("few") / "synthetic"
        path = written(folder, FILES[request.param], survey)
        part = Survey.load(path, QUESTIONNAIRE)
    else:
        part = survey.with_(where=PARTS[request.param])
    with pytest.MonkeyPatch.context() as monkeypatch:
        return part.n, [*map(without_labels(part), tell_all(part, monkeypatch))]


def without_labels(survey):
    """Takes what the questionnaire and the codebook say out of a text: it is told, not computed."""
    labels = {text for q in survey.questionnaire.questions for text in (q.text, q.short)}
    for question in survey.questionnaire.questions:
        labels |= {*question.choices.values(), *question.rows.values()}
    labels |= {theme.label for themes in survey.themes.codebook.values() for theme in themes}
    alternatives = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    known = re.compile(rf"(?<!\w)({alternatives})(?!\w)")
    return lambda one: one.with_text(known.sub("…", one.text))


def found(told, pattern, *kinds):
    return [str(one) for one in told if one.kind in kinds and pattern.search(one.text)]


def test_nothing_that_is_said_is_broken(told):
    assert found(told[1], BROKEN, *PROSE) == []


def test_no_figure_in_a_table_is_missing(told):
    broken = re.compile(r"\|\s*(nan|NaN|<NA>|None|inf)\s*\|")
    assert found(told[1], broken, CELL, HEAD) == []


def test_one_is_singular_and_others_are_not(told):
    assert found(told[1], ONE_OF_MANY, *PROSE) == []
    assert found(told[1], MANY_OF_ONE, *PROSE) == []


def test_nothing_is_claimed_of_few(told):
    n, texts = told
    claims = [one for one in texts if one.kind in {*PROSE, HEAD} and CLAIM.search(one.text)]
    assert [
        str(one)
        for one in claims
        if min([n, *map(int, BASES.findall(one.text))]) < FEWEST and not TOO_FEW.search(one.text)
    ] == []


def test_sentences_name_questions_by_their_words(told, survey):
    names = "|".join(q.id for q in survey.questionnaire.questions if "_" in q.id)
    assert found(told[1], re.compile(rf"\b({names})\b"), *PROSE) == []


def test_a_file_without_respondents_is_refused_in_one_sentence(tmp_path, survey):
    path = written(tmp_path / "synthetic", few(0), survey)
    with pytest.raises(InputError, match=r"a header but no respondents; expected a row for each"):
        Survey.load(path, QUESTIONNAIRE)
