"""What is said once a sheet was read back."""

import pandas as pd

from dmsi_lib.cli.agreement_lines import agreement_lines
from dmsi_lib.open_answers.tags import TAG_COLUMNS
from dmsi_lib.questionnaire.codebook import Theme

THEMES = (Theme("body", "For the body"), Theme("taste", "For the taste"))
ANN, BOB = "b" * 20 + "t" * 20, "b" * 18 + "t" * 22


def lines(answers=60, coder="ann", **coders):
    names = {"b": "body", "t": "taste"}
    rows = [(n, names[c], who) for who, given in coders.items() for n, c in enumerate(given)]
    tags = pd.DataFrame(rows, columns=TAG_COLUMNS)
    return agreement_lines(tags.astype(str), THEMES, [str(n) for n in range(answers)], coder)


def test_agreement_lines_say_how_many_more_to_code_with_every_figure():
    assert lines(ann=ANN, bob=BOB, cid=BOB) == [
        "To tell each theme's share to within 3 points (95 % interval), code 17 more of the "
        "20 answers that nobody has coded (body 17, taste 17).",
        "  ann and bob, body: the same on 38 of 40, kappa 0.90 (95 % interval 0.77 to 1.00)",
        "  ann and bob, taste: the same on 38 of 40, kappa 0.90 (95 % interval 0.77 to 1.00)",
        "  ann and cid, body: the same on 38 of 40, kappa 0.90 (95 % interval 0.77 to 1.00)",
        "  ann and cid, taste: the same on 38 of 40, kappa 0.90 (95 % interval 0.77 to 1.00)",
        "  ann and bob: to tell each kappa to ±0.03, both code 16 more answers",
        "  ann and cid: to tell each kappa to ±0.03, both code 16 more answers",
        "  all 3 coders, body: alpha 0.93 on 40 answers (95 % interval 0.83 to 1.00)",
        "  all 3 coders, taste: alpha 0.93 on 40 answers (95 % interval 0.83 to 1.00)",
    ]


def test_agreement_lines_of_others_and_of_few_have_no_interval():
    assert lines(4, "bob", ann="bb", bob="bt")[1:] == [
        "  ann and bob, body: the same on 1 of 2, kappa 0.00",
        "  ann and bob, taste: the same on 1 of 2, kappa 0.00",
    ]
    assert len(lines(40, "cid", ann=ANN, bob=BOB)) == 1  # only the sentence
    alike = lines(3, ann="bbb", bob="bbb", cid="bbb")
    assert alike[1] == "  ann and bob, body: the same on 3 of 3, kappa undefined"
    assert alike[-1] == "  all 3 coders, taste: alpha undefined on 3 answers"
