"""The next wave's export with this wave's questionnaire: read at once, or after one message that
can be followed to the letter."""

import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest
from sample_exports import write_csv
from wave_variants import ASKED, BLOCK_OF, PERSON, VARIANTS, Block, file_rows

from dmsi_lib import Survey
from dmsi_lib.choices import DATA, QUESTIONNAIRE
from dmsi_lib.cli.commands import main
from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire import read_questionnaire
from dmsi_lib.reading.header.two_languages import in_one_language
from dmsi_lib.reading.rows.rows import Rows

# How many messages there are until it runs, and what the questionnaire has to say then.
MESSAGES = {
    "option renamed a little": (1, "optional: true"),
    "option renamed": (1, "optional: true"),
    "answer renamed": (0, ""),
    "option added": (1, "pager"),
    "answer added": (1, "prefer_not_to_say"),
    "option dropped": (1, "optional: true"),
    "answer dropped": (0, ""),
    "question renamed a little": (1, "Are your clients asking"),
    "question renamed": (1, "Number of people on the payroll"),
    "question added": (0, ""),
    "question dropped": (1, "optional: true"),
    "gate dropped": (1, "occurrence"),
    "blocks reordered": (0, ""),
    "both languages in a cell": (0, ""),
    "nobody on the last page": (0, ""),
    "nobody on the last three pages": (0, ""),
    "the last page not in the file": (1, "optional: true"),
    "twelve respondents": (0, ""),
}

THE_SAME = ("answer renamed", "blocks reordered", "both languages in a cell", "question renamed")


@pytest.fixture
def files(tmp_path):
    """A copy of the survey's folder; gives the options for a wave that is written there."""
    shutil.copytree(DATA, tmp_path / "the survey")

    def options(name):
        export = tmp_path / "the survey" / "synthetic" / "wave.csv"
        write_csv(export, VARIANTS[name].rows())
        questionnaire = tmp_path / "the survey" / QUESTIONNAIRE.name
        return ["--export", str(export), "--questionnaire", str(questionnaire)]

    return options


def test_all_variants_are_here():
    assert MESSAGES.keys() == VARIANTS.keys() - {"in French"}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_next_wave_is_read_after_one_message_at_most(files, name, capsys):
    options, (messages, new) = files(name), MESSAGES[name]
    status = main(["check", *options])
    said = capsys.readouterr().err
    assert status == messages, said
    if messages:
        (command,) = re.findall(r"`dmsi (check .*?)` writes the questionnaire", said)
        assert "the file is accepted then." in said and new in said
        assert main(shlex.split(command)) == 0
        written = shlex.split(command)[-1]
        assert new in Path(written).read_text("utf-8")
        assert f"go on with --questionnaire {written}" in capsys.readouterr().out
        options = [*options[:3], written]
        assert main(["check", *options]) == 0
    if name in THE_SAME:
        found = Survey.load(options[1], options[3])
        pd.testing.assert_frame_equal(found.tables(), Survey.load().tables())


def test_a_question_of_another_title_is_known_by_its_answers(files, capsys):
    options = files("question renamed")
    assert main(["check", *options]) == 1
    said = capsys.readouterr().err
    assert "what stands under 'Number of people on the payroll' are its answers." in said
    # What has the same few answers as other questions may be any of them.
    blocks = {**BLOCK_OF, "clients_ask": Block("Another?", BLOCK_OF["clients_ask"].columns)}
    write_csv(Path(options[1]), file_rows([*PERSON, *blocks.values()]))
    assert main(["check", *options]) == 1
    assert "are its answers" not in capsys.readouterr().err


def test_of_another_survey_no_question_is_said_to_be_lacking(tmp_path):
    rows = file_rows([*PERSON, *ASKED[:20]])
    with pytest.raises(InputError) as error:
        Survey.load(write_csv(tmp_path / "e.csv", rows))
    assert "--fix" not in str(error.value)


# ---- two languages


def test_what_people_wrote_is_left_as_it_is():
    questionnaire = read_questionnaire(QUESTIONNAIRE)
    blocks = VARIANTS["both languages in a cell"].blocks()
    (column,) = blocks["why_not_using"].columns
    texts = ("Yes / oui", "At intake / no idea", *column[1][2:])
    blocks["why_not_using"] = Block(blocks["why_not_using"].title, ((column[0], texts),))
    rows = file_rows([*PERSON, *blocks.values()])
    read, (finding,) = in_one_language(Rows.of(rows), questionnaire)
    assert finding.message.startswith("titles (63) and labels (")
    place = rows[0].index(blocks["why_not_using"].title)
    assert read[0][place] == BLOCK_OF["why_not_using"].title
    assert [row[place] for row in read[2:4]] == ["Yes / oui", "At intake / no idea"]


def test_a_slash_now_and_then_is_no_second_language():
    questionnaire = read_questionnaire(QUESTIONNAIRE)
    blocks = [Block(f"{ASKED[0].title} / et en français", ASKED[0].columns), *ASKED[1:]]
    rows = [*map(list, file_rows([*PERSON, *blocks]))]
    assert in_one_language(Rows.of(rows), questionnaire) == (rows, ())
    options = [["Which? / Rope", "Which? / Ball"], ["x", "y"]]
    assert in_one_language(Rows.of(options), questionnaire) == (options, ())
