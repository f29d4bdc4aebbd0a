"""What printed counts alone prove about answers where the routing rules expect none.

Two arguments, both of counting. A follow-up that more people answered than gave the answers leading
to it was answered by others besides. And if two questions, of which nobody should be asked both,
were answered by A and by B of at most N people, at least A + B - N answered both (Boole's
inequality); that holds whatever the counts of their gates.
"""

from collections.abc import Mapping
from itertools import combinations, product

import pandas as pd

from dmsi_lib.published.findings import answered, by_authority, exact_options, findings
from dmsi_lib.questionnaire import Condition, Question, Questionnaire

Questions = Mapping[str, Question]


def least_off_route(published: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """How many answers must stand where the rules expect none, by the printed counts alone.

    Parameters
    ----------
    published : DataFrame
        From `read_published`.
    questionnaire : Questionnaire

    Returns
    -------
    DataFrame, a row a question for which there must be some
        question, answered, could_be_asked, at_least : of a gate with several printed counts the
        largest counts. Whoever left the gate blank is among those who could not be asked.
        `at_least` may be added up: each answer is to one question. That two exclusive questions
        have too many answers for all the people there are proves no further ones, because the
        answers to their gate are by no more people than that.
    """
    questions = _by_id(questionnaire)
    most = _printed_gates(published, largest=True)
    limits = {name: _most_asked(question, most, questions) for name, question in questions.items()}
    counts = _answer_counts(published)
    rows = [
        (name, int(counts[name]), limit, int(counts[name]) - limit)
        for name, limit in limits.items()
        if limit is not None and name in counts and counts[name] > limit
    ]
    return pd.DataFrame(rows, columns=["question", "answered", "could_be_asked", "at_least"])


def gate_findings(published: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """More answers to a follow-up than its gates let through, once for each question.

    Where a gate's count is printed differently in two places, both limits are named in the one
    finding.
    """
    questions, limits = _by_id(questionnaire), []
    extremes = [_printed_gates(published, largest=largest) for largest in (True, False)]
    for name, question in questions.items():
        most, least = (_most_asked(question, counts, questions) for counts in extremes)
        if most is not None and least is not None:
            limits.append((name, most, least, _route(question)))
    rows = published.assign(found=_answer_numbers(published)).dropna(subset="found")
    columns = ["question", "most", "least", "route"]
    rows = rows.merge(pd.DataFrame(limits, columns=columns), on="question")
    rows = rows[rows["found"] > rows["least"]].drop_duplicates("question")
    rows["limit"] = rows["most"].where(rows["found"] > rows["most"], rows["least"])
    rows["other"] = ""
    differ = rows["limit"] > rows["least"]
    other = "; by another printed count of the gate only " + rows["least"].astype(str)
    rows["other"] = rows["other"].mask(differ, other)
    rows["expected"] = "at most " + rows["limit"].astype(str)
    text = "{found} answered, but only {limit} could be asked ({route}){other}."
    return findings("gate", rows, text)


def union_findings(published: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Pairs of questions that nobody should be asked both, with more answers than people."""
    questions, counts, rows = _by_id(questionnaire), _answer_counts(published), []
    asked = [questions[name] for name in questions if name in counts and questions[name].ask_if]
    limits = _most_people(published, questions)
    for one, other in combinations(asked, 2):
        page, total = min(one.page, other.page), int(counts[one.id] + counts[other.id])
        earlier = [(people, why) for after, people, why in limits if after < page]
        people, why = min(earlier, default=(total, ""))
        if total > people and _exclude(one, other, questions):
            rows.append(
                {
                    "question": other.id,
                    "found": total,
                    "expected": f"at most {people}",
                    "message": f"{counts[one.id]} answers to {one.id} and {counts[other.id]} to "
                    f"{other.id}, by at most {people} people ({why}): at least {total - people} "
                    f"answered both, though nobody was to ({_route(one)}; {_route(other)}).",
                }
            )
    table = pd.DataFrame(rows, columns=["question", "found", "expected", "message"])
    where = published[_answer_numbers(published).notna()].drop_duplicates("question")
    table = table.merge(where[["question", "section", "source_line"]], on="question")
    return findings("union", table, "{message}")


def _by_id(questionnaire: Questionnaire) -> dict[str, Question]:
    return {question.id: question for question in questionnaire.questions}


def _answer_numbers(published: pd.DataFrame) -> pd.Series:
    """How many answered the question that a figure is about, as far as it says so."""
    return published["count"].where(published["measure"] == "answered", published["base"])


def _answer_counts(published: pd.DataFrame) -> dict[str, int]:
    """How many answered each question; where places differ, by the one of most authority."""
    rows = by_authority(published.assign(number=_answer_numbers(published)))
    numbers = rows.groupby("question")["number"].first().dropna().to_dict()
    return numbers | answered(published).dropna().to_dict()


def _printed_gates(published: pd.DataFrame, largest: bool) -> dict[tuple[str, str], int]:
    """How many chose each option; where places differ, the largest or the smallest number."""
    groups = exact_options(published).groupby(["question", "item"])["count"]
    return (groups.max() if largest else groups.min()).to_dict()


def _route(question: Question) -> str:
    """A question's routing rule in words: "a = yes and b = no, or c = yes / maybe"."""
    return ", or ".join(" and ".join(map(str, rule)) for rule in question.ask_if)


def _most_asked(
    question: Question, counts: Mapping[tuple[str, str], int], questions: Questions
) -> int | None:
    """The most respondents a question's rule lets through; None where the figures don't tell."""
    limits = []
    for rule in question.ask_if:
        asked = []
        for condition in rule:
            gate = questions[condition.gate]
            codes = condition.wanted(gate) if gate.type == "single" else ()  # others overlap
            if codes and all((gate.id, code) in counts for code in codes):
                asked.append(sum(counts[gate.id, code] for code in codes))
        if not asked:
            return None
        limits.append(min(asked))
    return sum(limits) if limits else None


def _exclude(one: Question, other: Question, questions: Questions) -> bool:
    """Whether no answers of the gates lead to both questions: in each alternative of the one rule
    and each of the other, some gate of one answer must have been answered differently."""
    return all(
        any(_apart(a, b, questions) for a, b in product(*alternatives))
        for alternatives in product(one.ask_if, other.ask_if)
    )


def _apart(a: Condition, b: Condition, questions: Questions) -> bool:
    gate = questions[a.gate]
    if a.subject != b.subject or gate.type not in ("single", "matrix") or a.bounds or b.bounds:
        return False
    return not set(a.wanted(gate)) & set(b.wanted(gate))


def _most_people(published: pd.DataFrame, questions: Questions) -> list[tuple[int, int, str]]:
    """After which page at most how many respondents can have answered anything, and why no more.

    Taken for granted is what the flow of a report takes for granted: whoever went on had answered
    the first question, and every question put to all whose drop-off is printed.
    """
    limits = []
    first = next(iter(questions), "")
    for name in (name for name, question in questions.items() if not question.ask_if):
        rows = published[published["question"] == name]
        came = rows.loc[rows["measure"] == "answered", "count"].max()
        lost = rows.loc[rows["measure"] == "lost", "count"].min()
        if pd.notna(came) and (name == first or pd.notna(lost)):
            left = f", {lost} of them nothing after it" if pd.notna(lost) else ""
            people = int(came) - (int(lost) if pd.notna(lost) else 0)
            answered_it = "the first question" if name == first else name
            limits.append((questions[name].page, people, f"{came} answered {answered_it}{left}"))
    return limits
