"""The shipped export in the shapes in which it might have come: its tables stay the same.

Each variant is made of the original by a small function. What a survey needs besides, such as an
alias, is put into a copy of its questionnaire.
"""

import csv
import json
from dataclasses import replace
from random import Random

import pandas as pd
import pyreadstat
import pytest
from sample_exports import csv_text, one_row, write_csv, write_xlsx
from wave_variants import ASKED, BLOCKS, IDENTITIES, PERSON, VARIANTS, file_rows, french

from dmsi_lib import Survey
from dmsi_lib.choices import QUESTIONNAIRE
from dmsi_lib.questionnaire import read_yaml

EDITS = ("none", "gate")


def instrument(change=lambda question: None, **head):
    """The questionnaire's document, with `change` applied to each question."""
    document = json.loads(json.dumps(read_yaml(QUESTIONNAIRE))) | head
    for question in document["questions"]:
        options = question.get("options", {})
        if isinstance(options, list):
            question["options"] = {label: label for label in options}
        change(question)
    return document


def loaded(folder, export, document):
    path = folder / "questionnaire.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return Survey.load(export, path)


def tables(survey):
    return {edit: survey.with_(edit=edit).tables() for edit in EDITS}


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """The tables of the original file, by edit."""
    folder = tmp_path_factory.mktemp("original")
    return tables(loaded(folder, write_csv(folder / "export.csv", file_rows(BLOCKS)), instrument()))


@pytest.fixture
def unchanged(tmp_path, original):
    """Checks that a file, given as rows or as a path, has the tables of the original."""

    def unchanged(export, document=None):
        if isinstance(export, list):
            export = write_csv(tmp_path / "export.csv", export)
        for edit, found in tables(loaded(tmp_path, export, document or instrument())).items():
            pd.testing.assert_frame_equal(found, original[edit])

    return unchanged


# ---- another order


def shuffled(seed, values):
    values = [*values]
    Random(seed).shuffle(values)
    return values


@pytest.mark.parametrize("seed", range(3))
def test_columns_shuffled_inside_their_blocks(unchanged, seed):
    blocks = [replace(block, columns=tuple(shuffled(seed, block.columns))) for block in ASKED]
    unchanged(file_rows([*PERSON, *blocks]))


@pytest.mark.parametrize("seed", range(6))
def test_blocks_shuffled(unchanged, seed):
    unchanged(file_rows([*PERSON, *shuffled(seed, ASKED)]))


def test_the_blocks_of_management_before_those_of_the_front_line(unchanged):
    names = [question["id"] for question in instrument()["questions"]]
    first, second, last = map(names.index, ("tools_frontline", "tools_management", "province"))
    common, frontline, management = ASKED[:first], ASKED[first:second], ASKED[second:last]
    unchanged(file_rows([*PERSON, *common, *management, *frontline, *ASKED[last:]]))


def test_all_blocks_from_right_to_left(unchanged):
    unchanged(file_rows([*PERSON, *reversed(ASKED)]))


# ---- other words


def reworded(words, rows=lambda n: True, subtitles=True):
    """The blocks with other words for labels, in some of the rows."""

    def cells(texts):
        return tuple(words.get(text, text) if rows(n) else text for n, text in enumerate(texts))

    return [
        replace(
            block,
            columns=tuple(
                (words.get(subtitle, subtitle) if subtitles else subtitle, cells(texts))
                for subtitle, texts in block.columns
            ),
        )
        for block in ASKED
    ]


def whole(option):
    """An option with its keys, also where the questionnaire gives its label alone."""
    return {"label": option} if isinstance(option, str) else dict(option)


def with_aliases(words):
    """A change of a question: aliases for the options that have other words."""

    def change(question):
        for code, option in question.get("options", {}).items():
            label = whole(option)["label"]
            if label in words:
                question["options"][code] = whole(option) | {"aliases": [words[label]]}

    return change


RENAMED = {"WhatsApp": "Whats App Messenger", "Ontario": "ON", "Management": "I manage staff"}


def test_options_renamed(unchanged):
    unchanged(file_rows([*PERSON, *reworded(RENAMED)]), instrument(with_aliases(RENAMED)))


FRENCH = {
    "I agree": "J'accepte",
    "I do not agree": "Je refuse",
    "Yes": "Oui",
    "No": "Non",
    "I don't know": "Je ne sais pas",
    "Front-line worker": "Intervenant de première ligne",
    "Management": "Gestion",
    "Texting/SMS/MMS": "Textos",
    "At intake": "À l'accueil",
    "Quebec": "Québec",
    "British Columbia": "Colombie-Britannique",
    "1-5 employees": "1 à 5 employés",
}


def test_half_of_the_answers_in_another_language(unchanged):
    blocks = reworded(FRENCH, rows=lambda n: n % 2, subtitles=False)
    unchanged(file_rows([*PERSON, *blocks]), instrument(with_aliases(FRENCH)))


def in_french(question):
    """A change of a question: the French wordings of its title and options as their aliases."""
    question["aliases"] = [french(question["text"])]
    for code, option in question.get("options", {}).items():
        question["options"][code] = whole(option) | {"aliases": [french(whole(option)["label"])]}
    question |= {key: french(question[key]) for key in ("other", "comment") if key in question}


def test_a_file_in_french(tmp_path, original):
    export = write_csv(tmp_path / "export.csv", VARIANTS["in French"].rows())
    other = "Other (please specify)"  # has no aliases: it is said as the file has it
    for edit, found in tables(loaded(tmp_path, export, instrument(in_french))).items():
        found["label"] = found["label"].replace(french(other), other)
        pd.testing.assert_frame_equal(found, original[edit])


# ---- another form of the file


def test_semicolons_and_the_letters_of_windows(unchanged, tmp_path):
    path = tmp_path / "windows.csv"
    with path.open("w", encoding="cp1252", errors="replace", newline="") as file:
        csv.writer(file, delimiter=";").writerows(file_rows(BLOCKS))
    unchanged(path)


def test_tabs(unchanged, tmp_path):
    path = tmp_path / "tabs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t").writerows(file_rows(BLOCKS))
    unchanged(path)


def test_a_workbook(unchanged, tmp_path):
    unchanged(write_xlsx(tmp_path / "export.xlsx", file_rows(BLOCKS)))


def test_one_header_row(unchanged):
    titles, subtitles, *people = file_rows(BLOCKS)
    unchanged([one_row(titles, subtitles), *people])


def test_a_title_and_a_blank_row_above_the_header(unchanged, tmp_path):
    rows = file_rows(BLOCKS)
    above = [["Digital messaging survey, all responses"], [""]]
    unchanged([[*cells, *[""] * (len(rows[0]) - 1)] for cells in above] + rows)


def test_a_title_above_the_header_alone_in_its_row(unchanged, tmp_path):
    path = tmp_path / "titled.csv"
    path.write_text("Digital messaging survey\r\n\r\n" + csv_text(file_rows(BLOCKS)), "utf-8")
    unchanged(path)


def test_no_id_column(unchanged):
    unchanged(file_rows(BLOCKS[1:]), instrument(id_column="none"))


def test_a_second_header_row_that_repeats_the_titles_of_the_respondent(unchanged):
    repeated = [replace(b, columns=((b.title, b.columns[0][1]),)) for b in PERSON]
    unchanged(file_rows([*repeated, *ASKED]))


KINDS = [question["type"] for question in instrument()["questions"]]


def condensed(block):
    """All ticks of a question in one cell; what was written beside them in its own column."""
    ticks = [(label, cells) for label, cells in block.columns if not label.startswith("Other (")]
    texts = [column for column in block.columns if column not in ticks]
    answers = zip(*(cells for _, cells in ticks), strict=True)
    return replace(
        block,
        columns=(("Response", tuple(", ".join(filter(None, one)) for one in answers)), *texts),
    )


def test_all_ticks_of_a_question_in_one_cell(unchanged):
    assert len(KINDS) == len(ASKED)
    blocks = [
        condensed(block) if kind == "multiple" else block
        for kind, block in zip(KINDS, ASKED, strict=True)
    ]
    unchanged(file_rows([*PERSON, *blocks]), instrument(layout="condensed"))


# ---- SPSS: a label a column of at most 256 bytes, and of at most 120 for a value


def cut(text, most):
    return text.encode()[:most].decode(errors="ignore").strip()


def spss_columns():
    """Each column of the file: its label, its values and their labels."""
    for block in BLOCKS:
        for subtitle, cells in block.columns:
            plain = subtitle in ("", "Response", "Open-Ended Response")
            label = cut(block.title if plain else f"{block.title} - {subtitle}", 256)
            texts = sorted({*cells} - {""})
            coded = subtitle == "Response" or texts == [subtitle]
            codes = {text: float(n) for n, text in enumerate(texts, 1)} if coded else None
            values = [codes.get(cell) for cell in cells] if codes else [*cells]
            yield label, values, {n: cut(text, 120) for text, n in (codes or {}).items()}


def with_cut_aliases(question):
    """A change of a question: the cut labels of its options as their aliases."""
    for code, option in question.get("options", {}).items():
        label = whole(option)["label"]
        title = f"{question['text']} - {label}"
        room = len(cut(title, 256).encode()) - len(f"{question['text']} - ".encode())
        aliases = {cut(label, 120), cut(label, room)} - {label}
        if aliases:
            question["options"][code] = whole(option) | {"aliases": sorted(aliases)}


def test_spss_with_labels_cut(unchanged, tmp_path):
    labels, values, meanings = zip(*spss_columns(), strict=True)
    names = [f"q{n:04}" for n in range(1, len(labels) + 1)]
    path = tmp_path / "export.sav"
    pyreadstat.write_sav(
        pd.DataFrame(dict(zip(names, values, strict=True))),
        str(path),
        column_labels=[*labels],
        variable_value_labels={n: m for n, m in zip(names, meanings, strict=True) if m},
    )
    assert any(len(meaning.encode()) > 115 for one in meanings for meaning in one.values())
    unchanged(path, instrument(with_cut_aliases))


# ---- less than the questionnaire asks

OPTIONAL = ("clients_count", "ircc_funding")


def test_optional_questions_that_the_file_lacks(tmp_path, original):
    document = instrument(
        lambda question: question.update(optional=str(question["id"] in OPTIONAL).lower())
    )
    texts = {q["text"] for q in document["questions"] if q["id"] in OPTIONAL}
    rows = file_rows([block for block in BLOCKS if block.title not in texts])
    survey = loaded(tmp_path, write_csv(tmp_path / "export.csv", rows), document)
    for name in OPTIONAL:
        assert set(survey.status[name]) == {"not_asked"}
    for edit, found in tables(survey).items():
        expected = original[edit][~original[edit]["question"].isin(OPTIONAL)]
        found = found[~found["question"].isin(OPTIONAL)]
        pd.testing.assert_frame_equal(found.reset_index(drop=True), expected.reset_index(drop=True))


def test_an_optional_option_that_the_file_lacks(tmp_path, original):
    label = "Blackberry Messenger (BBM)"

    def change(question):
        if question["id"] == "tools_frontline":
            question["options"]["bbm"] = {"label": label, "optional": "true"}

    document = instrument(change)
    (place,) = (n for n, q in enumerate(document["questions"]) if q["id"] == "tools_frontline")
    kept = tuple(column for column in ASKED[place].columns if column[0] != label)
    blocks = [*PERSON, *ASKED]
    blocks[IDENTITIES + place] = replace(ASKED[place], columns=kept)
    survey = loaded(tmp_path, write_csv(tmp_path / "export.csv", file_rows(blocks)), document)
    for edit, found in tables(survey).items():
        is_tool = [frame["question"] == "tools_frontline" for frame in (found, original[edit])]
        pd.testing.assert_frame_equal(
            found[~is_tool[0]].reset_index(drop=True),
            original[edit][~is_tool[1]].reset_index(drop=True),
        )
        counts = original[edit][is_tool[1]].set_index("item")["count"].drop("bbm").to_dict()
        assert found[is_tool[0]].set_index("item")["count"].to_dict() == counts
