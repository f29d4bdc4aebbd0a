"""Faults of a questionnaire that only show between its questions.

Each check takes questions that are well formed in themselves and returns messages, each with the
question and its line; the later ones run only once the earlier ones have found nothing.
"""

from dmsi_lib.wording import key, unknown

GATE_TYPES = ("single", "multiple")


def check_together(questions):
    """Every fault between the questions, in the order in which they matter."""
    faults, by_id = [], {}
    for question in questions:
        if question.id in by_id:
            first = by_id[question.id].line
            faults.append(
                f"line {question.line}: question '{question.id}': the id is taken by line {first}."
            )
        by_id.setdefault(question.id, question)
    faults += _check_wordings(questions)
    if not faults:
        faults += _check_gates(questions, by_id)
    if not faults:
        faults += _check_reachable(questions, by_id)
    return faults


def _check_wordings(questions):
    """Two questions with one title need something else that tells their columns apart."""
    faults, seen = [], {}
    for question in questions:
        for text in question.wordings:
            signature = (
                key(text),
                question.page,
                question.type,
                frozenset(map(key, (question.rows or question.choices).values()))
                if question.type not in ("open", "numeric")
                else None,
            )
            same = seen.setdefault(signature, question)
            if same is not question:
                faults.append(
                    f"line {question.line}: question '{question.id}': same text, page and options "
                    f"as '{same.id}' (line {same.line}); no way to tell them apart in the export."
                )
    return faults


def _check_gates(questions, by_id):
    faults = []
    position = {question.id: (question.page, n) for n, question in enumerate(questions)}
    in_cycle = _cycle(by_id)
    if in_cycle:
        first = by_id[in_cycle[0]]
        return [f"line {first.line}: question '{first.id}': cycle: {' -> '.join(in_cycle)}."]
    for question in questions:
        where = f"line {question.line}: question '{question.id}': ask_if: "
        for rule in question.ask_if:
            for gate, codes in rule.items():
                if gate not in by_id:
                    faults.append(where + unknown("question", gate, by_id))
                    continue
                if by_id[gate].type not in GATE_TYPES:
                    faults.append(
                        f"{where}gate '{gate}' is {by_id[gate].type}; "
                        "only single and multiple questions can be gates."
                    )
                    continue
                if position[gate] > position[question.id]:
                    faults.append(
                        f"{where}gate '{gate}' comes later (line {by_id[gate].line}, "
                        f"page {by_id[gate].page}) than the question (page {question.page})."
                    )
                faults += [
                    f"{where}{unknown(f'option of {gate} with code', code, by_id[gate].choices)}"
                    for code in codes
                    if code not in by_id[gate].choices
                ]
    return faults


def _cycle(by_id):
    """Ids along one cycle of gates, its first repeated at the end; [] if there is none."""
    done = set()
    for start in by_id:
        path, stack = [], [iter([start])]
        while stack:
            gate = next(stack[-1], None)
            if gate is None:
                stack.pop()
                if path:
                    done.add(path.pop())
            elif gate in path:
                return [*path[path.index(gate) :], gate]
            elif gate in by_id and gate not in done:
                path.append(gate)
                stack.append(iter(by_id[gate].gates))
    return []


def _check_reachable(questions, by_id, most=200, effort=50_000):
    """Universes that contradict themselves, so that nobody can ever be asked.

    A question can be reached if some alternative of its rule, together with the rules of all gates
    in it, asks no single-choice gate for two different answers at once. (A multiple gate can always
    be ticked twice, so it never contradicts.) The search stops at `most` combinations a question,
    and altogether once `effort` conditions have been compared; what is left counts as reachable.
    """
    faults, ways = [], {}
    for question in sorted(questions, key=lambda q: q.page):
        if not question.ask_if:
            ways[question.id] = {frozenset()}
            continue
        found = set()
        for rule in question.ask_if:
            partial = {frozenset()}
            for gate, codes in rule.items():
                own = (
                    frozenset({(gate, frozenset(codes))})
                    if by_id[gate].type == "single"
                    else frozenset()
                )
                effort -= sum(map(len, ways[gate])) * len(partial)
                if effort < 0:
                    partial = {frozenset()}
                    continue
                partial = {
                    merged
                    for left in partial
                    for right in ways[gate]
                    if (merged := _both(left, right, own)) is not None
                }
                if len(partial) > most:
                    partial = {frozenset()}
            found |= partial
        if not found:
            faults.append(
                f"line {question.line}: question '{question.id}': nobody can reach it; its gates "
                "ask for answers that exclude each other."
            )
            found = {frozenset()}
        ways[question.id] = found if len(found) <= most else {frozenset()}
    return faults


def _both(*conditions):
    """The conditions joined, or None if one gate would need two answers."""
    joined = {}
    for gate, codes in (pair for condition in conditions for pair in condition):
        joined[gate] = joined.get(gate, codes) & codes
        if not joined[gate]:
            return None
    return frozenset(joined.items())
