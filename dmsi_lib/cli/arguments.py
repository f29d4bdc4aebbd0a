"""The arguments of the command line: commands, options, and what they mean."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from dmsi_lib.choices import AUDIENCES, MIN_CELL

_OPTION = re.compile("--?[a-zA-Z][a-zA-Z-]*")
_CHOICE = re.compile(r"invalid choice: ['\"](.*)['\"] \(choose from (.*)\)")


class _Parser(argparse.ArgumentParser):
    """Says what was probably meant by a command, an option or a choice that does not exist."""

    _words: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Refuse what a command does not know, and not only once all commands have been asked."""
        self._words = sys.argv[1:] if args is None else args
        known, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return known, rest

    def error(self, message: str) -> NoReturn:
        """Exit with status 2, after the usage and one message."""
        from dmsi_lib.wording import nearest, unknown  # not needed where there is nothing to say

        if choice := _CHOICE.search(message):
            known = re.findall(r"[\w-]+", choice[2])
            place = nearest(choice[1], known)
            hints = [] if place is None else [f"Did you mean '{known[place]}'?"]
        else:
            options = [*_OPTION.findall(self.format_usage()), "--help"]
            given = [word.partition("=")[0] for word in self._words if _OPTION.match(word)]
            wrong = [word for word in given if not any(one.startswith(word) for one in options)]
            hints = [unknown("option", word, options) for word in wrong]
        super().error(" ".join([f"{message}.", *hints]) if hints else message)


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; the tests read it to hold the README to it."""
    parser = _Parser(
        prog="dmsi",
        description="Reconcile the responses of a survey with its routing rules and publish a "
        "report in which every figure names its base.",
        epilog="Without --export, commands work on the synthetic export that comes with the "
        "repository; its data are invented.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    report = _command(commands, "report", "execute the notebooks and write the report")
    _building(report, "outputs/report")
    _baseline(report)

    _batching(commands)
    _drafting(commands)
    check = _command(commands, "check", "list every finding about the input files")
    _data(check)
    check.add_argument(
        "--fix",
        type=Path,
        metavar="OUT.yaml",
        help="only write the questionnaire with every proposal that makes a fault of the export "
        "go away, each marked by a comment; OUT.yaml must not be there",
    )

    _tables(commands)
    _taking_out(commands)
    code = _command(
        commands,
        "code",
        "write the open answers that a coder has not coded to a spreadsheet, or read it back",
    )
    _data(code)
    code.add_argument("--question", required=True, metavar="ID", help="an open question")
    code.add_argument("--coder", required=True, metavar="NAME", help="whose tags these are")
    sheet = code.add_mutually_exclusive_group(required=True)
    sheet.add_argument(
        "--out", type=Path, metavar="SHEET", help=".xlsx or .csv file to write, for the coder"
    )
    sheet.add_argument(
        "--read", type=Path, metavar="SHEET", help="the filled-in sheet; its themes become tags"
    )

    _synthesizing(commands)
    _publishing(commands)
    return parser


def _tables(commands: Any) -> None:
    tables = _command(commands, "tables", "write all tables, as one tidy CSV file or as a workbook")
    _data(tables)
    _reading(tables)
    tables.add_argument(
        "--by",
        action="append",
        metavar="QUESTION",
        help="a question whose options become groups; repeated, groups within groups",
    )
    tables.add_argument(
        "--side-by-side",
        action="store_true",
        help="the groups of each --by beside one another, not within, and everybody in them first",
    )
    tables.add_argument(
        "--percent",
        choices=("column", "row", "both"),
        help="cross tables with a total: shares of each group, of each answer, or both",
    )
    tables.add_argument(
        "--letters",
        action="store_true",
        help="letters that say which groups a share is higher than, by more than chance would give",
    )
    tables.add_argument(
        "--min-base",
        type=_count,
        metavar="N",
        help="groups of fewer are marked, and not compared (default: 30)",
    )
    _audience(tables)
    tables.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="with --export FOLDER: count its files on the workers of this Dask scheduler, which "
        "reach the folder under the same path",
    )
    _out(tables, "FILE", "file to write: .csv or .xlsx")
    _keeping(tables)


def _batching(commands: Any) -> None:
    batch = _command(commands, "batch", "write one report for each group of respondents")
    batch.add_argument(
        "--by",
        action="append",
        required=True,
        metavar="QUESTION",
        help="a single-choice question whose options become groups; repeated, their combinations",
    )
    _building(batch, "outputs/batch")
    # Known, so that it can be refused in words.
    batch.add_argument("--baseline", dest="earlier", help=argparse.SUPPRESS)


def _synthesizing(commands: Any) -> None:
    synthesize = _command(commands, "synthesize", "write the synthetic export")
    _out(synthesize, "FILE", "CSV file to write; the tags of the themes go to tags/ beside it")
    synthesize.add_argument(
        "--planted",
        type=Path,
        metavar="YAML",
        help="make a second wave of it, with the changes that this file and questionnaire.yaml "
        "beside it plant",
    )


def _drafting(commands: Any) -> None:
    draft = _command(commands, "draft", "draft a questionnaire from an export, skip logic and all")
    draft.add_argument("export", metavar="EXPORT", help=".csv, .xlsx or .sav file")
    draft.add_argument(
        "--out", type=Path, metavar="FOLDER", help="folder in which questionnaire.yaml is written"
    )
    draft.add_argument(
        "--questionnaire",
        metavar="Q",
        help="that of an earlier wave: it is kept, and changed where this export has it otherwise",
    )
    draft.add_argument(
        "--explain",
        action="append",
        default=[],
        metavar="QUESTION",
        help="only show the rules that were considered for a question, with who followed and who "
        "broke them",
    )

    compare = _command(
        commands, "compare", "set this wave beside an earlier one: what was changed, what differs"
    )
    _data(compare)
    _baseline(compare, required=True)
    compare.add_argument("--out", type=Path, metavar="FILE", help="CSV file with every share")

    new = _command(
        commands, "new", "begin a repository of one's own: a draft, notebooks and a README"
    )
    new.add_argument("folder", type=Path, metavar="FOLDER", help="a new or an empty folder")
    new.add_argument("--export", required=True, metavar="F", help=".csv, .xlsx or .sav file")


def _taking_out(commands: Any) -> None:
    reconcile = _command(
        commands, "reconcile", "write routing.csv, off_route.csv, edits.csv and undecided.csv"
    )
    _data(reconcile)
    _out(reconcile, "DIR", "folder to write to")
    _keeping(reconcile)

    data = _command(
        commands,
        "data",
        "write the reconciled answers, with the reason of every blank",
    )
    _data(data)
    _reading(data, counted=False)
    data.add_argument(
        "--audience", choices=AUDIENCES, default=AUDIENCES[0], help="single records are internal"
    )
    data.add_argument(
        "--labels", action="store_true", help="labels instead of codes, in .csv and .xlsx"
    )
    data.add_argument(
        "--open-answers",
        action="store_true",
        help="also the answers in own words, which nobody has reviewed; what is known to name or "
        "reach a person is replaced by a mark",
    )
    _out(data, "FILE", "file to write: .csv, .parquet, .sav, .dta or .xlsx")
    _keeping(data)

    book = _command(commands, "codebook", "write what was asked of whom, and what became of it")
    _data(book)
    _reading(book, counted=False)
    _out(book, "FILE", "file to write: .html, .csv, or .xml as DDI-Codebook")
    _keeping(book)


def _publishing(commands: Any) -> None:
    publish = _command(
        commands,
        "publish",
        "put a report on a shared drive, as a new version that is shown once it is complete",
    )
    publish.add_argument("dest", type=Path, metavar="DEST", help="the folder on the shared drive")
    publish.add_argument(
        "--from",
        dest="build",
        type=Path,
        metavar="DIR",
        help="the report's folder (default: outputs/report)",
    )
    publish.add_argument(
        "--keep", type=_count, metavar="N", help="delete the oldest versions beyond N afterwards"
    )
    publish.add_argument(
        "--allow-internal",
        action="store_true",
        help="publish a report that was not built with --audience public",
    )
    instead = publish.add_mutually_exclusive_group()
    instead.add_argument("--list", action="store_true", help="only list the versions there")
    instead.add_argument("--verify", action="store_true", help="only read every version again")
    instead.add_argument(
        "--rollback",
        nargs="?",
        const="",
        metavar="VERSION",
        help="only show another version, after checking it: the one before by default",
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 1")
    return int(text)


def _command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + "."
    )
    return command


def _building(command: argparse.ArgumentParser, out: str) -> None:
    """What `report` and `batch` have in common."""
    _data(command)
    _reading(command)
    _audience(command)
    command.add_argument(
        "--only", action="append", default=[], metavar="NN", help="only these notebooks, e.g. 03"
    )
    command.add_argument(
        "--keep-going",
        action="store_true",
        help="write the report even where a section fails; its page says so (exit status 1)",
    )
    command.add_argument(
        "--notebooks",
        type=Path,
        metavar="DIR",
        help="folder of the notebooks (default: that beside the questionnaire, if there is one, "
        "else that of the repository)",
    )
    command.add_argument(
        "--jobs",
        type=_count,
        metavar="N",
        help="how many notebooks run at a time (default: one more than there are cores)",
    )
    command.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="run the notebooks on the workers of this Dask scheduler, e.g. tcp://host:8786",
    )
    command.add_argument(
        "--plain-kernels",
        dest="warm",
        action="store_false",
        help="start every kernel anew instead of forking it from a warmed process (not on Windows)",
    )
    for flag, text in (
        ("--force", "run every notebook, also where nothing has changed"),
        ("--single-file", "also write report.html, all pages in one file"),
        ("--xlsx", "also write report.xlsx, a sheet of tables for each section"),
        ("--pdf", "also print report.pdf, with Chromium, Chrome or Edge"),
    ):
        command.add_argument(flag, action="store_true", help=text)
    command.add_argument(
        "--out",
        type=Path,
        default=Path(out),
        metavar="DIR",
        help="the folder to write, replaced as a whole (default: %(default)s)",
    )
    _keeping(command)


def _audience(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--audience",
        choices=AUDIENCES,
        default=AUDIENCES[0],
        help="who will read it; for the public, small cells are suppressed (default: %(default)s)",
    )
    command.add_argument(
        "--min-cell",
        type=_count,
        default=MIN_CELL,
        metavar="N",
        help="the least number of respondents that may stand in a public cell or make a group "
        "(default: %(default)s)",
    )


def _data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--export", metavar="F", help=".csv, .xlsx or .sav from the survey platform"
    )
    command.add_argument(
        "--questionnaire", metavar="Q", help="YAML file (default: the DMSI instrument)"
    )


def _baseline(command: argparse.ArgumentParser, required: bool = False) -> None:
    command.add_argument(
        "--baseline",
        dest="earlier",
        required=required,
        metavar="F",
        help="the earlier wave: its export, or figures published of it",
    )
    command.add_argument(
        "--baseline-questionnaire",
        dest="earlier_questionnaire",
        metavar="Q",
        help="its questionnaire (default: that of this wave)",
    )
    command.add_argument(
        "--alike",
        action="append",
        default=[],
        metavar="QUESTION",
        help="a question by whose answers a change is split into who answered and what; repeated",
    )


def _keeping(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--no-cache",
        dest="keep_read",
        action="store_false",
        help="keep nothing of a large export for the next run, and read it anew (it is kept in "
        "the folder .dmsi-read beside what is written)",
    )


def _out(command: argparse.ArgumentParser, metavar: str, text: str) -> None:
    command.add_argument("--out", type=Path, required=True, metavar=metavar, help=text)


def _reading(command: argparse.ArgumentParser, counted: bool = True) -> None:
    """How answers are read, and how percentages of them are counted."""
    for name, choices, text in (
        ("--edit", ("none", "gate", "follow_up"), "how answers and gates are reconciled"),
        ("--base", ("answered", "universe"), "what percentages stand on"),
    )[: 1 + counted]:
        text += f" (default: {choices[0]})"
        command.add_argument(name, default=choices[0], choices=choices, help=text)
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="QUESTION=CODE[,CODE]",
        help="only respondents who answered so (any of the codes); QUESTION!=CODE: who answered "
        "otherwise; repeated, all must hold",
    )
