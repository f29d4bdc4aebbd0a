"""What the fuzzer calls: every reader of a file, the page builder and the search for identities.

A target takes bytes and a folder to write in. It ends without an error where the program gives a
result or refuses the input in one message; whatever else comes out of it is a fault. Targets of
structured input spend the bytes on choices (`Draw`), so that a crash is replayed from its bytes
alone, by a test that needs no fuzzer.
"""

import csv
import html
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from unittest import mock

import openpyxl
import pandas as pd
import pyreadstat
from bs4 import BeautifulSoup
from fuzzing.drawn_exports import drawn_document, drawn_rows
from hostile_texts import PNG, TEXTS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from sample_exports import MEALS, MEALS_ONE_ROW, MEALS_TWO_ROWS, csv_text, questionnaire

from dmsi_lib import Survey
from dmsi_lib.disclosure.plan import PLAN_COLUMNS
from dmsi_lib.errors import DmsiError
from dmsi_lib.open_answers.coding import coded_answers, merge_tags
from dmsi_lib.open_answers.quotations import QUOTATION_COLUMNS, read_quotations, review_entry
from dmsi_lib.open_answers.quoted_answers import Pieces
from dmsi_lib.open_answers.sheets import read_sheet
from dmsi_lib.open_answers.tags import TAG_COLUMNS, read_tag_file
from dmsi_lib.pages.findings import find_finding
from dmsi_lib.pages.pages import (
    Front,
    PageContext,
    Section,
    make_exporter,
    render_index,
    render_section,
)
from dmsi_lib.pages.single_file import combine_pages
from dmsi_lib.questionnaire.codebook import Theme, read_codebook
from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.reading.answers.ticks import UNCHECKED
from dmsi_lib.reading.export import read_export
from dmsi_lib.reading.findings.taken_columns import RESPONDENT
from dmsi_lib.reading.identities.finder import find_identities, mark_identities
from dmsi_lib.reading.identities.known_names import KnownNames
from dmsi_lib.reading.rows import spss
from dmsi_lib.report.freshness import is_current
from dmsi_lib.shared_drive.locking import describe_holder, held_lock
from dmsi_lib.shared_drive.versions import check_build, verify_version
from dmsi_lib.survey.public_survey import read_plan

# A person's cells, none of which any message may repeat.
SECRETS = ("7731955", "198.51.100.77", "zora.quill@example.org", "Zoraquilla")
_IDENTITY = range(1, 1 + len(SECRETS))  # the columns of MEALS that hold them
_THEMES = (Theme("a", "Apples", keywords=("apple",)), Theme("b", "Bread"))
_ANSWERS = pd.Series({"101": "Hungry", "105": "No time"})
_KNOWN = KnownNames([["Zoraquilla Brzeczyk"]])
_LEAKS = pd.Series({"one": "nobody has ever asked us about the telephones", "two": "short"})


class Draw:
    """Choices that bytes decide; once the bytes are spent, always the first one."""

    def __init__(self, data):
        self._data, self._at = data, 0

    @property
    def left(self):
        return self._at < len(self._data)

    def bytes(self, count):
        self._at += count
        return self._data[self._at - count : self._at]

    def below(self, bound):
        """A number from 0 on."""
        size = 1 if bound <= 256 else 2
        return int.from_bytes(self.bytes(size), "little") % bound

    def one_of(self, options):
        options = list(options)
        return options[self.below(len(options))]

    def text(self):
        """A short text: any characters, a hostile text, or pieces of both."""
        kind = self.below(4)
        own = self.bytes(self.below(40)).decode("utf-8", "replace")
        if kind == 0:
            return own
        known = self.one_of(TEXTS.values())
        if kind == 1:
            return known
        start = self.below(len(known))
        return own + known[start:] if kind == 2 else known[:start] + own


def check_message(error, path=None):
    """A refusal is one message without a traceback, which names the file."""
    message = str(error)
    assert message.strip(), "an empty message"
    assert "Traceback" not in message, message
    assert path is None or str(path) in message, f"names no file: {message}"
    return message


def refused(call, *arguments, path):
    """The message that a call is refused with, "" where it is not."""
    try:
        call(*arguments)
    except DmsiError as error:
        return check_message(error, path)
    return ""


@cache
def meals():
    return questionnaire(MEALS)


# ---- exports


def read_csv_bytes(data, folder):
    """An export as .csv, byte for byte."""
    path = folder / "export.csv"
    path.write_bytes(data)
    refused(read_export, path, meals(), path=path)


def read_csv_cells(data, folder):
    """An export whose cells, rows and columns were changed; what identifies a person stays."""
    draw, path = Draw(data), folder / "export.csv"
    table = [list(row) for row in draw.one_of((MEALS_TWO_ROWS, MEALS_ONE_ROW))]
    body = range(2 if table[1][0] == "" else 1, len(table))
    for row in body:
        table[row][_IDENTITY.start : _IDENTITY.stop] = SECRETS
    columns = [n for n in range(len(table[0])) if n not in _IDENTITY]
    while draw.left:
        change, row, column = draw.below(6), draw.below(len(table)), draw.one_of(columns)
        if change == 0:
            table[row][column] = draw.text()
        elif change == 1:
            table[row][column] += draw.text()
        elif change == 2:
            table[row][column] = table[draw.below(len(table))][draw.one_of(columns)]
        elif change == 3:
            table.insert(row, list(table[row]))
        elif change == 4 and len(table) > 1:
            del table[row]
        elif change == 5 and len(table[0]) < 60:
            for cells in table:  # at the end, so that the others keep their places
                cells.append(cells[column])
    path.write_text(csv_text(table), encoding="utf-8", newline="")
    titles = table[0][_IDENTITY.start : _IDENTITY.stop]
    message = refused(read_export, path, meals(), path=path)
    if titles == list(MEALS_TWO_ROWS[0][_IDENTITY.start : _IDENTITY.stop]):
        assert not [secret for secret in SECRETS if secret in message], message


def read_any_shape(data, folder):
    """A questionnaire with any keys, and a file of any layout: read, or refused in one message.

    Who filled a column that is read has an answer to its question; of any other filled column it is
    said why it was not. The answers can then be routed, reconciled and counted.
    """
    folder = folder / "any_shape"  # where no other target has left what lies beside a survey
    folder.mkdir(exist_ok=True)
    draw, path = Draw(data), folder / "questionnaire.yaml"
    document = drawn_document(draw)
    titles = MEALS_TWO_ROWS[0][_IDENTITY.start : _IDENTITY.stop]
    rows = drawn_rows(draw, document, dict(zip(titles, SECRETS, strict=True)))
    path.write_text(json.dumps(document), encoding="utf-8")
    export = folder / "export.csv"
    written = io.StringIO()
    csv.writer(written, delimiter=draw.one_of(",,;\t"), lineterminator="\n").writerows(rows)
    export.write_text(written.getvalue(), encoding="utf-8", newline="")
    try:
        instrument = read_questionnaire(path)
    except DmsiError as error:
        check_message(error, path)
        return
    try:
        found = read_export(export, instrument)
    except DmsiError as error:
        message = check_message(error)
        assert str(folder) in message, message
        assert not [secret for secret in SECRETS[:3] if secret in message], message
        return
    said = found.findings.to_csv() + found.log.to_csv() + found.columns.to_csv()
    assert not [secret for secret in SECRETS[:3] if secret in said], said
    body = [row for row in rows if any(row)][-len(found.responses) :]
    _check_nothing_is_lost(found, body, instrument)
    _check_counts(export, path, len(found.responses))


def _check_counts(export, path, size):
    """The answers can be routed, reconciled and counted, whatever the edit."""
    for edit in ("none", "gate", "follow_up"):
        survey = Survey.load(export, path, edit=edit)
        routing = survey.routing().set_index("question")
        parts = routing.drop(columns=["n", "universe"]).sum(axis=1)
        assert (parts == size).all(), routing
        for question in survey.questionnaire.questions:
            if question.asked and question.options:
                survey.table(question.id)


_SAYS_NOTHING = {"", "n/a", *UNCHECKED}  # of an option


def _check_nothing_is_lost(found, body, instrument):
    blank = {*_SAYS_NOTHING, *map(str.casefold, instrument.blank)}
    for column in found.columns.itertuples():
        cells = [row[column.position - 1].strip() for row in body]
        filled = [cell.casefold() not in blank for cell in cells]
        if column.question:
            own = found.responses.columns.get_level_values(0) == column.question
            answers = found.responses.loc[:, own]
            assert answers.notna().any(axis=1)[filled].all(), (column, cells, answers)
        elif any(filled) and column.item != RESPONDENT:
            assert column.why, (column, cells)


@cache
def workbook_parts():
    """The parts of a valid workbook by name."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in MEALS_TWO_ROWS:
        book.active.append([None if cell == "" else cell for cell in row])
    book.save(target)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read_xlsx_part(data, folder):
    """A workbook with one part replaced; the first byte says which."""
    path, parts = folder / "export.xlsx", dict(workbook_parts())
    if data:
        parts[list(parts)[data[0] % len(parts)]] = data[1:]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    refused(read_export, path, meals(), path=path)


def read_sav_bytes(data, folder):
    """An SPSS file, byte for byte; the library that reads it may crash, its caller may not."""
    path = folder / "export.sav"
    path.write_bytes(data)
    with mock.patch("dmsi_lib.reading.rows.spss.subprocess.run", _forked):
        refused(read_export, path, meals(), path=path)


def _forked(command, **options):
    """What the other process would have said; forked, since starting one takes a second."""
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGXCPU):
                    signal.signal(number, signal.SIG_DFL)  # those of the fuzzer would report it
                resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
                resource.setrlimit(resource.RLIMIT_CPU, (5, 6))
                sys.stdout = said
                status = spss.main(*command[-2:])
                said.flush()
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status not in (1, -signal.SIGXCPU, -signal.SIGKILL), (
            "a fault of the reader, or no end of it"
        )
        said.seek(0)
        return subprocess.CompletedProcess(command, status, said.read().encode())


# ---- questionnaires


def read_yaml_bytes(data, folder):
    """A questionnaire, byte for byte; one that is accepted has to be usable."""
    path = folder / "questionnaire.yaml"
    path.write_bytes(data)
    try:
        instrument = read_questionnaire(path)
    except DmsiError as error:
        check_message(error, path)
        return
    for question in instrument.routing_order:
        assert question.choices.keys() >= question.options.keys()
        assert all(gate in instrument for gate in question.gates)
    export = folder / "export.csv"
    export.write_text(csv_text(MEALS_TWO_ROWS), encoding="utf-8", newline="")
    refused(read_export, export, instrument, path=export)


def read_yaml_tree(data, folder):
    """A questionnaire of the right keys with values of any shape; JSON is YAML."""
    draw = Draw(data)
    questions = []
    while draw.left and len(questions) < 12:
        questions.append(_question(draw, len(questions)))
    document = {"title": "Meals", "questions": questions}
    for name in ("wave", "id_column", "blank", "identity_columns", "exclude"):
        if draw.below(4) == 1:
            document[name] = _value(draw)
    read_yaml_bytes(json.dumps(document).encode(), folder)


_KINDS = ("single", "multiple", "ranking", "matrix", "open", "numeric", "multi", "")
_CODES = ("yes", "no", "other", "other_text", "not_stated", "", "Yes", "é")


def _question(draw, number):
    question = {
        "id": draw.one_of((f"q{number}", "q0", draw.text())),
        "text": draw.one_of((f"Question {number}?", "Do you eat lunch?", draw.text())),
        "type": draw.one_of(_KINDS),
        "page": str(draw.one_of((number + 1, 1, 0, 999_999, "x"))),
    }
    labels = {draw.one_of(_CODES): draw.one_of((*_CODES, draw.text())) for _ in range(3)}
    gates = {f"q{draw.below(12)}": [draw.one_of(_CODES)] for _ in range(draw.below(3))}
    likely = {"options": labels, "rows": labels, "ask_if": gates, "other": "Other"}
    likely |= {"required": "true", "aliases": ["Lunch?"], "concept": "lunch"}
    for name, value in likely.items():
        choice = draw.below(8)
        if choice < 3:
            question[name] = value
        elif choice == 3:
            question[name] = _value(draw)
    for _ in range(draw.below(2)):
        question[draw.one_of(question)] = _value(draw)
    return question


def _value(draw, depth=0):
    kind = draw.below(4) if depth < 4 else 0
    if kind == 1:
        return [_value(draw, depth + 1) for _ in range(draw.below(4))]
    if kind == 2:
        return {draw.text(): _value(draw, depth + 1) for _ in range(draw.below(4))}
    return draw.text()


# ---- pages

_FORMS = (
    *("text/html", "text/markdown", "text/plain", "text/latex", "image/svg+xml", "image/png"),
    *("image/jpeg", "application/javascript", "application/json", "text/unknown"),
)


@cache
def exporter():
    return make_exporter()


def build_pages(data, folder):
    """Pages of notebooks that hold anything; nothing on them may run or load."""
    draw = Draw(data)
    files = ["02_page.html", f"{draw.text()[:40] or 'x'}.html".replace("/", "-").replace("\0", "-")]
    sections = [Section(file, draw.text(), draw.text()) for file in dict.fromkeys(files)]
    said = {name: draw.text() for name in ("title", "badge", "note", "audience", "group")}
    facts = {draw.text(): draw.text()}
    tables = frozenset({"q", draw.text()})
    context = PageContext(**said, tables=tables, figures=bool(draw.below(2)))
    cells = [new_markdown_cell("# Title")]
    while draw.left and len(cells) < 8:
        cells.append(_cell(draw))
    notebook = new_notebook(cells=cells)
    found = find_finding(notebook, files[-1], said["title"])
    words = Front([draw.text()], [found] if found else [], facts, facts)
    front = render_index(sections, words, context)
    pages = [render_section(notebook, s, sections, context, exporter()) for s in sections]
    assert notebook.cells == cells
    for page in (front, *pages, combine_pages(front, pages, sections, context)):
        check_page(page)


def build_page_of_html(data, folder):
    """A page of one output of HTML, the bytes as they are, and of one of Markdown.

    Markdown is cut: what turns it into HTML takes the square of the length for some texts.
    """
    text = data.decode("utf-8", "replace")
    short = text[:5000]
    outputs = [
        new_output("display_data", {"text/html": text}),
        new_output("display_data", {"text/markdown": short}),
    ]
    section = Section("02_page.html", "Title", text[:200])
    notebook = new_notebook(cells=[new_code_cell("", outputs=outputs), new_markdown_cell(short)])
    context = PageContext("Report")
    page = render_section(notebook, section, [section], context, exporter())
    check_page(page)
    front = render_index([section], Front([text]), context)
    check_page(combine_pages(front, [page], [section], context))


def _cell(draw):
    kind = draw.below(6)
    text = draw.text()
    if kind == 0:
        return new_markdown_cell(text)
    if kind == 1:
        return new_raw_cell(text)
    if kind == 2:
        outputs = [
            new_output("stream", text=text, name=draw.one_of(("stdout", "stderr"))),
            new_output("error", ename=text, evalue=text, traceback=[text, draw.text()]),
        ]
        return new_code_cell(text, outputs=outputs)
    forms = {draw.one_of(_FORMS): text, draw.one_of(_FORMS): draw.text()}
    if draw.below(4) == 1:
        forms["image/png"] = PNG
    about = {
        "name": draw.one_of(("q", text, 7, None)),
        "alt": draw.one_of((draw.text(), 7, ["q"])),
        "caption": draw.one_of((draw.text(), {"q": 7})),
        "tables": draw.one_of((["q"], [text], "q", 7, [["q"]])),
    }
    kept = {name: about[name] for name in about if draw.below(2)}
    output = new_output("display_data", forms, metadata=dict.fromkeys(forms, kept))
    named = [text.replace(",", "") or "x"]
    tags = draw.one_of(([], ["setup"], named, ["finding"], ["table"], ["details"]))
    return new_code_cell(text, outputs=[output], metadata={"tags": tags})


_TAGS_OF_A_SHELL = ("html", "head", "title", "style", "main", "body", "footer")
_NEVER = (
    *("script", "iframe", "object", "embed", "applet", "form", "input", "button", "link", "base"),
    *("svg", "math", "audio", "video", "source", "template", "frame", "frameset", "portal"),
)
_SCHEMES = ("http:", "https:", "mailto:")


def check_page(page):
    """Nothing in a page can run, and nothing is loaded from elsewhere."""
    soup = BeautifulSoup(page, "html.parser")
    for switch in soup.select("nav > .switch"):  # of the shell
        assert switch.input.attrs.pop("id") == "show-code"
        switch.decompose()
    counts = Counter(tag.name for tag in soup.find_all(True))
    assert not set(counts) & set(_NEVER), counts
    assert [counts[name] for name in _TAGS_OF_A_SHELL] == [1] * len(_TAGS_OF_A_SHELL), counts
    assert [m["http-equiv"] for m in soup.select("meta[http-equiv]")] == ["Content-Security-Policy"]
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            assert not name.startswith("on") and name not in ("style", "srcdoc", "ping"), tag
            if name in ("src", "srcset", "poster", "background", "data", "action", "formaction"):
                assert name == "src" and value.startswith("data:image/"), tag
            if name == "href":
                _check_link(value)


def _check_link(href):
    plain = "".join(c for c in href if c > " ").lower()  # browsers leave out control characters
    assert not plain.startswith(("//", "\\", "/\\")), href
    scheme, colon, _ = plain.partition(":")
    named = colon and scheme.replace("+", "").replace("-", "").replace(".", "").isalnum()
    assert not named or plain.startswith(_SCHEMES), href


# ---- what lies beside an export or a report


def read_lists(data, folder):
    """Files beside the export; the first byte says which."""
    readers = (_tags, _quotations, _codebook, _coding_sheet)
    if data:
        readers[data[0] % len(readers)](data[1:], folder)


def _tags(data, folder):
    path = folder / "why.csv"
    path.write_bytes(data)
    refused(read_tag_file, path, _THEMES, path=path)


def _quotations(data, folder):
    path = folder / "quotations.csv"
    path.write_bytes(data)
    refused(read_quotations, path, meals(), path=path)


def _codebook(data, folder):
    path = folder / "themes.yaml"
    path.write_bytes(data)
    refused(read_codebook, path, meals(), path=path)


def _coding_sheet(data, folder):
    path = folder / "sheet.csv"
    path.write_bytes(data)

    def read():
        coded = coded_answers(*read_sheet(path), _ANSWERS, _THEMES, path)
        merge_tags(pd.DataFrame(columns=TAG_COLUMNS, dtype=str), coded, "ann")

    refused(read, path=path)


def read_plan_bytes(data, folder):
    """A plan of suppression, byte for byte."""
    path = folder / "plan.csv"
    path.write_bytes(data)
    refused(read_plan, path, path=path)


def read_records(data, folder):
    """run.json, MANIFEST.json and a lock; the first byte says which."""
    readers = (_run_record, _manifest, _lock, _built_page)
    if data:
        readers[data[0] % len(readers)](data[1:], folder)


def _run_record(data, folder):
    build = _build(folder)
    (build / "run.json").write_bytes(data)
    is_current(build, "key")
    refused(check_build, build, True, path=build)


def _built_page(data, folder):
    build = _build(folder)
    (build / "index.html").write_bytes(data)
    refused(check_build, build, True, path=build)


def _build(folder):
    build = folder / "report"
    build.mkdir(exist_ok=True)
    (build / "index.html").write_text("<h1>Report</h1>", encoding="utf-8")
    run = {"synthetic": True, "audience": "public", "seconds": {}}
    (build / "run.json").write_text(json.dumps(run), encoding="utf-8")
    return build


def _manifest(data, folder):
    version = folder / "v0001"
    version.mkdir(exist_ok=True)
    (version / "MANIFEST.json").write_bytes(data)
    verify_version(version)


def _lock(data, folder):
    path = folder / "publish.lock"
    path.write_bytes(data)
    assert describe_holder(path)
    refused(_hold, path, path=path)


def _hold(path):
    with held_lock(path, wait=0, progress=lambda line: None):
        pass


# ---- what respondents wrote


def search_text(data, folder):
    """What names a person in a text, and whether a text holds an answer."""
    text = data.decode("utf-8", "replace")
    findings = find_identities(text, _KNOWN)
    ends = [0, *(end for finding in findings for end in (finding.start, finding.end)), len(text)]
    assert ends == sorted(ends)
    marked, kinds = mark_identities(text, _KNOWN)
    assert kinds.total() == len(findings)
    assert all(f"[{kind}]" in marked for kind in kinds)
    middle = len(text) // 2
    cut = f"{text[:middle]} {html.escape(_LEAKS['one'])} {text[middle:]}"
    assert Pieces(_LEAKS).found_in(text) in ([], ["one"])
    if text[:middle].isascii() and not set(text) & set("<>&\\"):
        assert Pieces(_LEAKS).found_in(cut) == ["one"], "an answer is not found"


# ---- where the fuzzer begins


@cache
def sav_file():
    """A small valid SPSS file."""
    titles, answers = MEALS_TWO_ROWS[0], MEALS_TWO_ROWS[2:]
    frame = pd.DataFrame(answers, columns=[f"v{n}" for n in range(len(titles))])
    frame["v0"] = frame["v0"].astype(float)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            column_labels=[title or f"column {n}" for n, title in enumerate(titles)],
            variable_value_labels={"v0": {101.0: "101", 102.0: "one hundred and two"}},
        )
        return path.read_bytes()


def _csv(*rows):
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


@cache
def seeds(name):
    """Valid inputs of a target, from which the fuzzer and Hypothesis go on."""
    return _SEEDS[name]()


def _seeds_of_csv():
    two, one = csv_text(MEALS_TWO_ROWS), csv_text(MEALS_ONE_ROW)
    return [two.encode(), one.encode("utf-8-sig"), two.encode("utf-16"), one.encode("cp1252")]


def _seeds_of_lists():
    reviewed = review_entry("why", "101", "Hungry", "bea")
    return [
        b"\0" + _csv(TAG_COLUMNS, ["101", "a", "ann"], ["105", "b", "final"]),
        b"\1" + _csv(QUOTATION_COLUMNS, reviewed.values()),
        b"\2" + b"why:\n  - {code: a, label: Apples, keywords: [apple]}\n",
        b"\3" + _csv(["respondent", "answer", "themes"], ["101", "Hungry", "a; b"]),
    ]


def _seeds_of_records():
    run = {"synthetic": True, "audience": "public", "key": "key", "keys": {}}
    files = {"index.html": {"sha256": "0" * 64, "size": 7}}
    version = {"version": "v0001", "published": "", "data": "synthetic", "title": "T", "run": ""}
    page = '<h1>R</h1><nav class="sections"><ol><li><a href="index.html">C</a></ol></nav><main>'
    return [
        b"\0" + json.dumps(run | {"files": {"index.html": "0"}, "seconds": {"a": 1}}).encode(),
        b"\1" + json.dumps(version | {"files": files}).encode(),
        b"\2filelock/2\npid=1\nhost=a\nmode=exclusive\nstart=1\n",
        b"\3" + page.encode(),
    ]


def _seeds_of_choices():
    return [bytes((7 * n + k) % 256 for n in range(200)) for k in range(8)]


def _seeds_of_texts():
    return [
        b"Call 604-555-0142 or write to ann.lee@example.org. Regards, Ann Lee",
        "Appelez Zoraquilla au 12, rue de la Paix, H2X 1Y4; 130 692 544, été".encode(),
        b"see https://example.org/x?y=1 or 192.0.2.1, @handle, insta: ann_lee9",
    ]


TARGETS = {
    "csv_bytes": read_csv_bytes,
    "csv_cells": read_csv_cells,
    "any_shape": read_any_shape,
    "xlsx": read_xlsx_part,
    "sav": read_sav_bytes,
    "yaml_bytes": read_yaml_bytes,
    "yaml_tree": read_yaml_tree,
    "pages": build_pages,
    "html": build_page_of_html,
    "lists": read_lists,
    "plan": read_plan_bytes,
    "records": read_records,
    "texts": search_text,
}
ROUTINE = tuple(TARGETS)  # those that the tests try at random, in the order of their numbers


def try_any(data, folder):
    """One of ROUTINE; the first byte says which."""
    if data:
        TARGETS[ROUTINE[data[0] % len(ROUTINE)]](data[1:], folder)


def seeds_of_any():
    """The seeds of all ROUTINE targets, as `try_any` takes them."""
    return [bytes([n]) + seed for n, name in enumerate(ROUTINE) for seed in seeds(name)]


_SEEDS = {
    "csv_bytes": _seeds_of_csv,
    "csv_cells": _seeds_of_choices,
    "any_shape": lambda: [choice * 3 for choice in _seeds_of_choices()],
    "xlsx": lambda: [bytes([n]) + content for n, content in enumerate(workbook_parts().values())],
    "sav": lambda: [sav_file()],
    "yaml_bytes": lambda: [MEALS.encode()],
    "yaml_tree": _seeds_of_choices,
    "pages": _seeds_of_choices,
    "html": lambda: [text.encode() for text in TEXTS.values()],
    "lists": _seeds_of_lists,
    "plan": lambda: [
        _csv(PLAN_COLUMNS, ["", "", "n", "", "", ""], ["", "q", "a", "primary", "", ""])
    ],
    "records": _seeds_of_records,
    "texts": _seeds_of_texts,
}
