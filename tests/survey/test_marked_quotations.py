"""What a reviewer has allowed to be quoted is shown without what names or reaches a person."""

import pytest
from small_survey import ANSWERS, write_survey

from dmsi_lib.errors import InputError
from dmsi_lib.open_answers.quotations import QUOTATION_COLUMNS, review_entry
from dmsi_lib.report.public_release import refuse_leaks, unreviewed_words
from dmsi_lib.survey.survey import Survey

# By respondent: an answer that was allowed, and what may not be shown of it.
ALLOWED = {
    "r1": ("they ring me on +963 944 567 890 and I answer in the evening", "944"),
    "r2": ("write to nobody.here at example dot org as all of our clients do", "nobody.here"),
    "r3": ("I sent it for client #48213 and nobody has answered us since", "48213"),
    "r4": ("she was born on 5 June 1979 and her phone is older than that", "1979"),
    "r5": ("our group is at wa.me/16045550142 and everyone on the street knows it", "wa.me"),
    "r6": ("my WeChat ID: nosuch is what most families ask for first of all", "nosuch"),
    "r7": ("the number is ٦٠٤-٥٥٥-٠١٤٢ and it is on the door of the office", "٥٥٥"),
    "r8": ("in the photo was a card, 4111 1111 1111 1111, and I deleted it", "4111"),
}


@pytest.fixture
def survey(tmp_path):
    texts = [text for text, _ in ALLOWED.values()]
    files = write_survey(tmp_path, answers=ANSWERS | {("why", ""): texts})
    (tmp_path / "themes.yaml").write_text("why:\n  - {code: any, label: Any}\n", encoding="utf-8")
    (tmp_path / "tags").mkdir()
    tags = "".join(f"{name},any,ann\n" for name in ALLOWED)
    (tmp_path / "tags" / "why.csv").write_text(f"respondent,theme,coder\n{tags}", encoding="utf-8")
    entries = [review_entry("why", name, text, "eve") for name, (text, _) in ALLOWED.items()]
    lines = [",".join(QUOTATION_COLUMNS), *(",".join(entry.values()) for entry in entries)]
    (tmp_path / "quotations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Survey.load(*files)


def test_allowed_answers_are_marked_wherever_they_are_quoted(survey):
    quotations = survey.quotations("why")
    shown = [*quotations.texts, quotations._repr_html_(), repr(quotations)]
    shown += [*survey.themes.examples("why").values(), survey.themes.show("why")._repr_html_()]
    assert len(quotations.texts) == quotations.marked == len(ALLOWED)
    for text, secret in ALLOWED.values():
        assert secret in text and not any(secret in each for each in shown)


def test_allowed_answers_are_refused_in_public_as_they_were_written(survey, tmp_path):
    words, folder = unreviewed_words(survey), tmp_path / "report"
    folder.mkdir()
    page = folder / "page.html"
    page.write_text(survey.quotations("why")._repr_html_(), encoding="utf-8")
    refuse_leaks(folder, words)
    for text, _ in ALLOWED.values():
        page.write_text(f"<p>{text}</p>", encoding="utf-8")
        with pytest.raises(InputError, match="answers to why"):
            refuse_leaks(folder, words)
