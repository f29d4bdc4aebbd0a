"""How long routing and each edit take, and how time and memory grow with the respondents.

    python tests/benchmarks/benchmark_skip_logic.py [respondents ...]

Without arguments 100,000 and 1,000,000 invented respondents of a survey of 60 questions: gates
three deep, choose-all-that-apply gates, any-of rules, item nonresponse, break-offs, and answers
where none belongs (in a fifth of the records). Beside each time stands its ratio to one plain pass
over the same frame, `frame.notna().sum()`. Memory is the highest resident size of a step above that
at its start, what it returns included; each size runs in a process of its own.
"""

import multiprocessing
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from reference_skip_logic import questionnaire_of

from dmsi_lib.questionnaire import FALSE, TRUE
from dmsi_lib.skip_logic.dispositions import break_off_table, disposition_table, final_dispositions
from dmsi_lib.skip_logic.edits import reconcile
from dmsi_lib.skip_logic.routing import OFF_ROUTE, Routing, route, truth_of_rule
from dmsi_lib.skip_logic.routing_tables import off_route_table, routing_table

BLANK, MISPLACED, LEAVES = 0.03, 0.004, 0.02  # an answer left out, one out of place; by page


def questionnaire():
    """60 questions on 16 pages, most of them behind one to three gates."""
    lines = []

    def add(name, kind, page, options="", rule=""):
        options = f", options: [{options}]" if options else ""
        rows = ", rows: [r1, r2, r3]" if kind == "matrix" else ""
        rule = f", ask_if: {rule}" if rule else ""
        lines.append(f"  - {{id: {name}, type: {kind}, page: {page}{options}{rows}{rule}}}\n")

    add("consent", "single", 1, "agree, decline")
    agreed = "{consent: [agree]}"
    add("role", "single", 2, "frontline, management, other_role", agreed)
    add("channels", "multiple", 2, "text, whatsapp, messenger, email, phone, none_used", agreed)
    add("clients_ask", "single", 2, "often, rarely, never", agreed)
    for n in range(4):
        add(f"common_{n}", "single", 3 + n // 2, "a, b, c, d, e", agreed)
    for role, page in (("frontline", 5), ("management", 9)):
        of_role = f"{{role: [{role}]}}"
        add(f"{role}_uses", "single", page, "yes, no, dont_know", of_role)
        add(f"{role}_policy", "multiple", page, "written, spoken, draft, absent", of_role)
        for n in range(5):
            rule = f"{{{role}_uses: [yes]}}"
            add(f"{role}_use_{n}", "single", page + 1, "a, b, c, d", rule)
        add(f"{role}_rank", "ranking", page + 1, "a, b, c", f"{{{role}_uses: [yes]}}")
        for n in range(4):
            rule = f"{{{role}_policy: [written, spoken]}}"
            add(f"{role}_policy_{n}", "multiple", page + 2, "a, b, c, d, e, f", rule)
        add(f"{role}_deep", "single", page + 2, "yes, no", f"{{{role}_use_0: [a, b]}}")
        for n in range(4):
            rule = f"{{{role}_deep: [yes], {role}_policy: [written]}}"
            add(f"{role}_deep_{n}", "single", page + 3, "a, b, c", rule)
        rule = f"[{{{role}_deep: [no]}}, {{{role}_uses: [no], clients_ask: [often]}}]"
        for n in range(3):
            add(f"{role}_any_{n}", "open", page + 3, rule=rule)
    for channel in ("text", "whatsapp", "messenger", "email"):
        add(f"rate_{channel}", "matrix", 13, "good, bad", f"{{channels: [{channel}]}}")
        add(f"count_{channel}", "numeric", 14, rule=f"{{channels: [{channel}]}}")
    for n in range(4):
        add(f"closing_{n}", "open" if n == 3 else "single", 16, "" if n == 3 else "a, b", agreed)
    return questionnaire_of("".join(lines))


def responses(survey, size, seed=0):
    """Answers that mostly follow the rules."""
    random = np.random.default_rng(seed)
    left = np.minimum(random.geometric(LEAVES, size), 99)
    shape = (size, len(survey.questions))
    codes = np.zeros(shape, dtype=np.uint8, order="F")
    answered = np.zeros(shape, dtype=bool, order="F")
    index = pd.Index(np.arange(size).astype(str), dtype="str")
    routing = Routing(survey, index, codes, answered, np.zeros(size, dtype=np.int32))
    columns = {}
    for question in survey.routing_order:
        applies = truth_of_rule(routing, _Columns(columns, size), question.ask_if) == TRUE
        chance = np.where(applies, 1 - BLANK, MISPLACED)
        has = (random.random(size) < chance) & (question.page <= left)
        # Of the statuses, the rules only look at "legitimate skip or not".
        codes[:, routing.position[question.id]] = np.where(applies, OFF_ROUTE, 1 + FALSE)
        answered[:, routing.position[question.id]] = has
        columns |= _answers(question, has, random)
    return pd.DataFrame(columns, index=index, copy=False)


class _Columns(dict):
    def __init__(self, columns, size):
        super().__init__({name: pd.Series(column) for name, column in columns.items()})
        self.size = size

    def __len__(self):
        return self.size


def _answers(question, has, random):
    size, columns = len(has), {}
    for item in question.items:
        if question.type in ("single", "matrix"):
            choices = list(question.choices)
            drawn = np.where(has, random.integers(0, len(choices), size), -1)
            array = pd.Categorical.from_codes(drawn.astype(np.int8), categories=choices)
        elif question.type == "multiple":
            array = pd.arrays.BooleanArray((random.random(size) < 0.4) & has, ~has)
        elif question.type == "ranking":
            array = pd.arrays.IntegerArray(random.integers(1, 4, size), ~has)
        elif question.type == "numeric":
            array = pd.arrays.FloatingArray(random.random(size).round(2), ~has)
        else:
            array = pd.array(np.where(has, "some words", None), dtype="string")
        columns[question.id, item] = array
    return columns


def measure(size, results):
    """Seconds and memory of every step, for one number of respondents."""
    survey = questionnaire()
    frame = responses(survey, size)
    routing = route(frame.iloc[:1000], survey)  # imports and caches, outside the clock
    steps = {
        "frame.notna().sum()": lambda: frame.notna().sum(),
        "route": lambda: route(frame, survey),
        "routing_table": lambda: routing_table(routing),
        "off_route_table": lambda: off_route_table(routing, frame),
        "dispositions": lambda: disposition_table(final_dispositions(routing)),
        "break_off_table": lambda: break_off_table(routing),
        "reconcile none": lambda: reconcile(frame, survey, "none"),
        "reconcile gate": lambda: reconcile(frame, survey, "gate"),
        "reconcile follow_up": lambda: reconcile(frame, survey, "follow_up"),
    }
    found = {"size": size, "questions": len(survey.questions), "columns": frame.shape[1]}
    found["frame_mb"] = frame.memory_usage(deep=False).sum() / 1e6
    for name, step in steps.items():
        before, start = _resident(), time.perf_counter()
        done = step()
        seconds = time.perf_counter() - start
        found[name] = (seconds, max(0, _peak() - before))
        if name == "route":
            routing = done
        if name.startswith("reconcile") and not name.endswith("none"):
            found[f"{name}: edits"] = (len(done.log), len(done.undecided))
        del done
    results.put(found)


def _resident():
    """Resident size in MB now, and the peak set back to it; 0 where the system does not tell."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return _proc_status("VmRSS")


def _peak():
    """Highest resident size in MB since the last call of `_resident`."""
    return _proc_status("VmHWM")


def _proc_status(name):
    path = Path("/proc/self/status")  # Linux only; elsewhere memory shows as 0
    return int(path.read_text().split(f"{name}:")[1].split()[0]) / 1000 if path.exists() else 0


def main(sizes):
    context, all_found = multiprocessing.get_context("spawn"), []
    for size in sizes:
        results = context.Queue()
        process = context.Process(target=measure, args=(size, results))
        process.start()
        found = results.get()
        process.join()
        all_found.append(found)
        print(
            f"\n{size:,} respondents x {found['questions']} questions "
            f"({found['columns']} columns, {found['frame_mb']:,.0f} MB)"
        )
        print(f"{'':22}{'seconds':>9}{'rows/s':>13}{'x notna':>9}{'peak MB':>9}")
        plain = found["frame.notna().sum()"][0]
        for name, value in found.items():
            if not isinstance(value, tuple):
                continue
            if name.endswith(": edits"):
                print(f"{'':22}{value[0]:,} edits, {value[1]:,} undecided")
                continue
            seconds, peak = value
            rate = size / seconds
            print(f"{name:22}{seconds:9.3f}{rate:13,.0f}{seconds / plain:9.1f}{peak:9,.0f}")
    for first, last in pairwise(all_found):
        growth = last["size"] / first["size"]
        print(f"\n{first['size']:,} to {last['size']:,} ({growth:g} times): time grows by")
        for name, value in last.items():
            if isinstance(value, tuple) and not name.endswith(": edits"):
                print(f"{name:22}{value[0] / first[name][0]:9.1f}")


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [100_000, 1_000_000])
