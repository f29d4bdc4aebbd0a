"""The smallest change of the gates of one record that lets all its answers stand.

The principle is that of Fellegi & Holt (1976), "A systematic approach to automatic edit and
imputation", JASA 71(353), 17-35: change the fewest fields. Here the answers to follow-up questions
are trusted, so only gates may change, and the edits to satisfy are the rules of the questions that
were answered. A gate that gets an answer was asked, so its own rule has to hold as well.

Rules ask for answers and ticks, never for their absence. So a tick is only ever added, and a gate
that gives every rule what it asks for never has to change. One change is smaller than another if it
touches fewer gates, and among equally many if it sets fewer codes.
"""

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import product

_MOST_STEPS = 5_000  # changes looked at in one part before it is listed as undecided


@dataclass(frozen=True)
class Part:
    """The decision on gates that hang together.

    Attributes
    ----------
    gates : tuple of ids, in routing order
    failing : tuple of rules that do not hold although an answer needs them to
    changes : dict of gate id to frozenset of codes, its answer after the change; {} if undecided
    reason : str, why nothing was decided; "" if it was
    """

    gates: tuple
    failing: tuple
    changes: dict
    reason: str = ""


def smallest_changes(questionnaire, needed, own_rules, open_gates):
    """Decide one record, part by part.

    Two open gates hang together if a needed rule mentions both, or if one is blank and its own rule
    mentions the other. What one part decides can't disturb another.

    Parameters
    ----------
    questionnaire : Questionnaire
    needed : sequence of rules that must hold, as in `Question.ask_if`
    own_rules : dict of blank gate id to the rule that must hold if that gate is set
    open_gates : dict of gate id to frozenset of codes, or None for blank
        The gates that might have to change, in routing order. All others give each rule in `needed`
        and `own_rules` what it asks for.

    Returns
    -------
    list of Part
        One for each part in which a needed rule fails.
    """
    parts = []
    for gates in _parts(needed, own_rules, open_gates):
        own = [rule for rule in needed if gates & _mentioned(rule)]
        answers = {gate: answer for gate, answer in open_gates.items() if gate in gates}
        failing = tuple(rule for rule in own if not _holds(rule, answers, {}))
        if failing:
            found = _search(questionnaire, own, own_rules, answers)
            decided = found and len(found) == 1
            changes, reason = (found[0], "") if decided else ({}, _reason(found))
            parts.append(Part(tuple(answers), failing, changes, reason))
    return parts


def _reason(found):
    if found is None:
        return "too many possibilities to decide"
    if not found:
        return "impossible: no answers of the gates explain it"
    return f"tie: {len(found)} equally small changes"


def _mentioned(rule):
    return {gate for alternative in rule for gate in alternative}


def _parts(needed, own_rules, open_gates):
    """Sets of open gates that hang together, the earliest gate first."""
    links = [_mentioned(rule) for rule in needed]
    links += [{gate} | _mentioned(rule) for gate, rule in own_rules.items()]
    parts = []
    for link in (link & open_gates.keys() for link in links):
        joined = link.union(*(part for part in parts if part & link))
        parts = [*(part for part in parts if not part & link), joined]
    order = list(open_gates)
    return sorted(filter(None, parts), key=lambda part: min(map(order.index, part)))


def _lacks(gate, codes, answers, changes):
    """Whether a gate of a rule does not hold; gates that are not open always do."""
    if gate not in answers:
        return False
    answer = changes.get(gate, answers[gate])
    return answer is None or answer.isdisjoint(codes)


def _holds(rule, answers, changes):
    return any(
        not any(_lacks(gate, codes, answers, changes) for gate, codes in alternative.items())
        for alternative in rule
    )


def _search(questionnaire, needed, own_rules, answers):
    """All smallest changes of one part; None if there are too many possibilities.

    From no change at all, and from the smaller changes to the larger, the first rule that fails is
    repaired in every way there is. A change without needless parts can't be missed: it repairs that
    rule too.
    """
    found, best, seen, queue = [], None, set(), [((0, 0), 0, {})]
    while queue:
        size, _, changes = heappop(queue)
        if best is not None and size > best:
            break
        rules = (*needed, *(rule for gate, rule in own_rules.items() if gate in changes))
        failing = next((rule for rule in rules if not _holds(rule, answers, changes)), None)
        if failing is None:
            best = size
            found.append(changes)
            continue
        for further in _repairs(questionnaire, failing, answers, changes):
            known = frozenset(further.items())
            if known not in seen:
                seen.add(known)
                heappush(queue, (_size(further, answers), len(seen), further))
            if len(seen) > _MOST_STEPS:
                return None
    return found


def _size(changes, answers):
    """Gates changed, codes set."""
    return len(changes), sum(len(new - (answers[gate] or set())) for gate, new in changes.items())


def _repairs(questionnaire, rule, answers, changes):
    """Every way to make a failing rule hold by changing its gates further."""
    for alternative in rule:
        lacking = {g: c for g, c in alternative.items() if _lacks(g, c, answers, changes)}
        settings = []
        for gate, codes in lacking.items():
            if questionnaire[gate].type == "multiple":
                now = changes.get(gate, answers[gate]) or frozenset()
                settings.append([now | {code} for code in codes])
            else:  # a single answer that was just set can't be set again
                settings.append([] if gate in changes else [frozenset([c]) for c in codes])
        for way in product(*settings):
            yield changes | dict(zip(lacking, way, strict=True))
