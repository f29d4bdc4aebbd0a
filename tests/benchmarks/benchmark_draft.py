"""How many rules and types of random surveys are drafted rightly, and what a draft costs.

    PYTHONPATH=. python tests/benchmarks/benchmark_draft.py [SURVEYS]

Prints precision and recall of the rules at noise of 0, 2, 5 and 10 %, the share of types that are
right, seconds a draft, and seconds and memory of a draft of 1,000 respondents x 400 columns.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from drafted_surveys import DrawnSurvey, drafted_rules, draw

from dmsi_lib.drafting import draft_questionnaire

NOISE = (0, 0.02, 0.05, 0.1)


def drafted(survey):
    """The draft of a survey, and how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "export.csv"
        place.write_text(survey.csv(), encoding="utf-8")
        begun = time.perf_counter()
        return draft_questionnaire(place), time.perf_counter() - begun


def measure(noise, surveys):
    """Right, wrong and missing rules, right and all types, and seconds."""
    sums = np.zeros(6)
    for seed in range(surveys):
        survey = draw(np.random.default_rng(seed), noise)
        draft, seconds = drafted(survey)
        rules, own = survey.rules(), drafted_rules(draft)
        right = sum(own.get(text) == rule for text, rule in rules.items())
        types = {q.text: q.type for q in draft.questionnaire.questions}
        same = sum(types.get(q.text) == q.type for q in survey.questions)
        sums += [right, len(own) - right, len(rules) - right, same, len(survey.questions), seconds]
    return sums


def wide():
    """A survey of 1,000 respondents with about 400 columns."""
    random, together = np.random.default_rng(7), DrawnSurvey()
    while (
        sum(max(1, len(q.options)) if q.type == "multiple" else 1 for q in together.questions) < 400
    ):
        part = draw(random, 0.02, n=1000)
        shift = len(together.questions)
        for question in part.questions:
            question.text = f"Part {shift}: {question.text}".replace(": ", ", ")
            question.rule = tuple((gate + shift, labels) for gate, labels in question.rule)
        together.questions += part.questions
        together.answers += part.answers
    return together


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for noise in NOISE:
        right, wrong, missing, types, questions, seconds = measure(noise, count)
        print(
            f"noise {noise:.0%}: precision {right / (right + wrong):.3f}, recall "
            f"{right / (right + missing):.3f} of {right + missing:.0f} rules; types "
            f"{types:.0f} of {questions:.0f}; {seconds / count:.2f} s a draft"
        )
    draft, seconds = drafted(wide())
    peak = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    )
    size = len(draft.export.columns)
    print(f"1,000 respondents x {size} columns: {seconds:.1f} s, {peak.split()[1]} kB at most")
