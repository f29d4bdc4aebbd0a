"""Whatever bytes come in: a result, or one message that names the file; nothing that runs.

Here the targets of `fuzzing/targets.py` are tried on changed seeds for a moment, with every input
that once was a fault. For longer runs: python tests/fuzzing/run_atheris.py TARGET SECONDS
"""

import importlib.util
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from fuzzing.targets import (
    ROUTINE,
    TARGETS,
    check_page,
    sav_file,
    seeds,
    workbook_parts,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_exports import MEALS_ONE_ROW, csv_text

RUNNER = Path(__file__).resolve().parent / "fuzzing" / "run_atheris.py"
SECONDS = 20
LENGTH = 200_000  # bytes, up to which nothing may take long


def one_row(title):
    """An export of one header row with a column more."""
    header, *body = MEALS_ONE_ROW
    return csv_text([[*header, title], *([*row, ""] for row in body)]).encode()


def sheet(rows):
    """The first sheet of a workbook, for the target of its parts."""
    number = list(workbook_parts()).index("xl/worksheets/sheet1.xml")
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (space, rows)
    return bytes([number]) + content


def changed_sav(offset, value):
    content = bytearray(sav_file())
    struct.pack_into("<L", content, offset, value)
    return bytes(content)


def repeated(text):
    return (text * (LENGTH // 4 // len(text))).encode()


def questions(*lines):
    return "\n".join(["questions:", *lines]).encode()


def asked(name, kind="open", more=""):
    return f"- {{id: {name}, text: {name}, type: {kind}, page: 1{more}}}"


OPTIONS = ", options: {a: Yes, b: No}"
PAIRS = [
    ", ".join(f"{{g{a}: [a], g{b}: [a]}}" for a in half for b in half if a < b)
    for half in (range(15), range(15, 30))
]
# Inputs that once ended in an error of another kind, took long, or filled the memory.
FAULTS = {
    "a width that SPSS files have not": ("sav", changed_sav(180, 255)),
    "a title of hyphens": ("csv_bytes", one_row("-" * LENGTH)),
    "titles of hyphens": ("csv_bytes", one_row(",".join(["-" * 9000] * 20))),
    "a title of separators": ("csv_bytes", one_row("é - " * (LENGTH // 5))),
    "a title of accents": ("csv_bytes", one_row("a" + "\u0301\u0323" * (LENGTH // 4))),
    "blank cells far to the right": ("xlsx", sheet(b'<row><c r="XFD1"/></row>' * 4000)),
    "a row far below": ("xlsx", sheet(b'<row r="999999999"><c r="A1"/></row>')),
    "a chain of gates": (
        "yaml_bytes",
        questions(
            asked("q0", "single", OPTIONS),
            *(
                asked(f"q{n}", "single", f"{OPTIONS}, ask_if: {{q{n - 1}: [a]}}")
                for n in range(1, 2000)
            ),
        ),
    ),
    "rules that multiply": (
        "yaml_bytes",
        questions(
            *(asked(f"g{n}", "single", OPTIONS) for n in range(30)),
            *(asked(f"h{n}", "single", f"{OPTIONS}, ask_if: [{PAIRS[n]}]") for n in (0, 1)),
            *(asked(f"z{n}", more=", ask_if: {h0: [a], h1: [a]}") for n in range(1000)),
        ),
    ),
    "a marked section": ("html", b"<![x"),
    "a comment in a comment": ("html", repeated("<!--")),
    "nothing but brackets": ("html", repeated("<")),
    "elements in elements": ("html", repeated("<div>")),
    "headings in headings": ("html", repeated("<h2>")),
    "tables in tables": ("html", repeated("<table>")),
    "closing what is not open": ("html", repeated("<b></i>")),
    "a link to data behind a control character": ("html", b"<a href=d\2ata:text/html,x>go</a>"),
    "a link to data behind a tab": ("html", b"<a href='da\tta:text/html,x'>go</a>"),
    "equal headings": ("html", repeated("<h2>a</h2>")),
    "a record nested too deep": ("records", b"\0" + b"[" * (LENGTH // 2)),
    "a manifest nested too deep": ("records", b"\1" + b"[" * (LENGTH // 2)),
    "a lock nested too deep": ("records", b"\2" + b"[" * (LENGTH // 2)),
    "a page that is none": ("records", b"\3<![x>"),
    "a page without its parts": ("records", b'\3<a href="http://[x">x</a>'),
    "a plan with a field too many": (
        "plan",
        b"group,question,item,status,base_status,mean_status\nx,,q,a,,,\n",
    ),
    "a text of marks": ("texts", ("a" + "\u0301\u0323" * (LENGTH // 4)).encode()),
}


@pytest.mark.parametrize("name", FAULTS)
def test_target_copes_with_what_was_a_fault(tmp_path, name):
    target, data = FAULTS[name]
    TARGETS[target](data, tmp_path)


@pytest.mark.parametrize("name", TARGETS)
def test_target_takes_its_seeds(tmp_path, name):
    for seed in seeds(name)[:9]:
        TARGETS[name](seed, tmp_path)


def edits(length):
    """Lists of (position, bytes to delete, bytes to insert)."""
    place, cut = st.integers(0, length), st.integers(0, 9)
    pieces = st.binary(max_size=9) | st.sampled_from([b",", b'"', b"\n", b"{", b"<", b"&", b"\xff"])
    return st.lists(st.tuples(place, cut, pieces), max_size=4)


@st.composite
def changed_seeds(draw, name):
    data = draw(st.sampled_from(seeds(name)))
    for position, cut, piece in draw(edits(len(data))):
        data = data[:position] + piece + data[position + cut :]
    return data


@pytest.mark.parametrize("name", ROUTINE)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_target_copes_with_changed_seeds(tmp_path_factory, name, data):
    TARGETS[name](data.draw(changed_seeds(name)), tmp_path_factory.mktemp("t"))


@pytest.mark.parametrize("name", ["csv_cells", "any_shape", "yaml_tree", "pages"])
@given(choices=st.binary(min_size=20, max_size=300))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_target_copes_with_any_choices(tmp_path_factory, name, choices):
    TARGETS[name](choices, tmp_path_factory.mktemp("t"))


@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="the fuzzer is not installed")
def test_targets_cope_with_what_the_fuzzer_finds(tmp_path):
    command = [sys.executable, str(RUNNER), "any", str(SECONDS), str(tmp_path), "-seed=1"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=150)
    found = [path.read_bytes() for path in (tmp_path / "crashes").iterdir()]
    assert done.returncode == 0 and not found, (found, done.stderr[-3000:])
    tried = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    assert int(tried[1]) > 100


# ---- the checks themselves


@pytest.mark.parametrize(
    "harm",
    [
        "<script>1</script>",
        "<p onclick='go()'>",
        "<img src='https://outside.example/x.png'>",
        "<a href='java\tscript:go()'>",
        "<a href='//outside.example'>",
        "<p style='color: red'>",
        "<style>p {}</style>",
        "<meta http-equiv='refresh' content='0'>",
        "</main><main>",
    ],
)
def test_check_page_finds_what_could_do_harm(tmp_path, harm):
    shell = (
        "<html><head><meta http-equiv='Content-Security-Policy'><title>T</title><style></style>"
        "</head><body><main>{}</main><footer></footer></body></html>"
    )
    check_page(shell.format("<a href='https://example.org'>text</a>"))
    with pytest.raises(AssertionError):
        check_page(shell.format(harm))
