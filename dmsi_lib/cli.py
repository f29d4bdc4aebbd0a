"""The command line. Every refusal is one message on standard error and exit status 1."""

import argparse
import os
import sys
from pathlib import Path

from dmsi_lib.errors import DmsiError, InputError, UsageError

DONE, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv=None):
    """Run one command.

    Parameters
    ----------
    argv : list of str, optional
        The arguments; those of the process by default.

    Returns
    -------
    int
        0 done, 1 the input was refused or a notebook failed, 2 wrong usage, 130 interrupted.
    """
    parser = make_parser()
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as stop:  # argparse has said what is wrong, or printed the help
        return stop.code
    try:
        arguments.run(arguments)
    except UsageError as error:
        return _refuse(error, WRONG_USAGE)
    except DmsiError as error:
        return _refuse(error, REFUSED)
    except KeyboardInterrupt:
        return _refuse("interrupted; nothing was written.", INTERRUPTED)
    except BrokenPipeError:  # the reader of our output, such as `head`, has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if os.environ.get("DMSI_DEBUG"):
            raise
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        hint = "This is a fault of the program; DMSI_DEBUG=1 shows where it happened."
        return _refuse(f"{text}. {hint}", REFUSED)
    return DONE


def _refuse(message, status):
    print(f"dmsi: {message}", file=sys.stderr)
    return status


def make_parser():
    """The parser of all commands; the tests read it to hold the README to it."""
    parser = argparse.ArgumentParser(
        prog="dmsi",
        description="Reconcile the responses of a survey with its routing rules and publish a "
        "report in which every figure names its base.",
        epilog="Without --export, commands work on the synthetic export that comes with the "
        "repository; its data are invented.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    report = _command(commands, "report", run_report, "execute the notebooks and write the report")
    _data(report)
    _reading(report)
    report.add_argument(
        "--only", action="append", metavar="NN", help="only these notebooks, e.g. 03"
    )
    report.add_argument(
        "--out",
        type=Path,
        default=Path("outputs/report"),
        metavar="DIR",
        help="the report's folder, replaced as a whole (default: %(default)s)",
    )

    check = _command(commands, "check", run_check, "list every finding about the input files")
    _data(check)

    reconcile = _command(
        *(commands, "reconcile", run_reconcile),
        "write routing.csv, off_route.csv, edits.csv and undecided.csv",
    )
    _data(reconcile)
    reconcile.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write to"
    )

    tables = _command(commands, "tables", run_tables, "write all tables as one tidy CSV file")
    _data(tables)
    _reading(tables)
    tables.add_argument("--by", metavar="QUESTION", help="a question whose options become groups")
    _out(tables, "FILE", "CSV file to write")

    code = _command(
        *(commands, "code", run_code),
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

    synthesize = _command(commands, "synthesize", run_synthesize, "write the synthetic export")
    _out(synthesize, "FILE", "CSV file to write; the tags of the themes go to tags/ beside it")
    return parser


def _command(commands, name, run, text):
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.set_defaults(run=run)
    return command


def _data(command):
    command.add_argument(
        "--export", metavar="F", help=".csv, .xlsx or .sav from the survey platform"
    )
    command.add_argument(
        "--questionnaire", metavar="Q", help="YAML file (default: the DMSI instrument)"
    )


def _out(command, metavar, text):
    command.add_argument("--out", type=Path, required=True, metavar=metavar, help=text)


def _reading(command):
    for name, choices, text in (
        ("--edit", ("none", "gate", "follow_up"), "how answers and gates are reconciled"),
        ("--base", ("answered", "universe"), "what percentages stand on"),
    ):
        text += f" (default: {choices[0]})"
        command.add_argument(name, default=choices[0], choices=choices, help=text)
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="QUESTION=CODE",
        help="only respondents who answered so; may be repeated",
    )


# Each command imports what it needs, so that `dmsi --help` and a refusal come at once.


def run_report(arguments):
    from dmsi_lib.report import make_report

    index = make_report(
        arguments.out,
        export=arguments.export,
        questionnaire=arguments.questionnaire,
        edit=arguments.edit,
        base=arguments.base,
        where=arguments.where,
        only=arguments.only,
    )
    print(f"Report: {index}")


def run_check(arguments):
    from dmsi_lib.report import has_ledger
    from dmsi_lib.survey import Survey

    survey = Survey.load(arguments.export, arguments.questionnaire)
    print(f"{survey!r}")
    print(f"\nReading: {len(survey.export.findings)} findings, {len(survey.export.log)} changes")
    for finding in survey.export.findings.itertuples():
        print(f"  {finding.kind}: {finding.column[:70]}: {finding.message}")
    for rule, count in survey.export.log["rule"].value_counts().items():
        print(f"  {count} cells: {rule}")
    routing = survey.routing().set_index("question")
    odd = routing[(routing["off_route"] + routing["gate_unknown_answered"]) > 0]
    print(f"\nSkip logic: {len(odd)} questions with answers where the rules expect none")
    for name, row in odd.iterrows():
        print(
            f"  {name}: universe {row.universe}, answered {row.answered} in it, "
            f"{row.off_route} off-route, {row.gate_unknown_answered} with the gate blank"
        )
    if has_ledger(survey):
        arithmetic = survey.arithmetic()
        print(f"\nPublished report against itself: {len(arithmetic)} findings")
        for finding in arithmetic.itertuples():
            print(f"  line {finding.source_line}, {finding.question}: {finding.message}")


def run_reconcile(arguments):
    from dmsi_lib.files import csv_bytes, write_together
    from dmsi_lib.report import reconcile_tables
    from dmsi_lib.survey import Survey

    tables = reconcile_tables(Survey.load(arguments.export, arguments.questionnaire))
    _make_folder(arguments.out)
    write_together({arguments.out / name: csv_bytes(table) for name, table in tables.items()})
    for name, table in tables.items():
        print(f"{arguments.out / name}: {len(table)} rows")


def run_tables(arguments):
    from dmsi_lib.files import write_csv
    from dmsi_lib.report import marked
    from dmsi_lib.survey import Survey

    survey = Survey.load(
        *(arguments.export, arguments.questionnaire),
        *(arguments.edit, arguments.base, arguments.where),
    )
    table = marked(survey.tables(arguments.by), survey)
    _make_folder(arguments.out.parent)
    write_csv(arguments.out, table)
    print(f"{arguments.out}: {len(table)} rows")


def run_code(arguments):
    from dmsi_lib.coding import check_coder
    from dmsi_lib.sheets import check_sheet_name
    from dmsi_lib.survey import Survey
    from dmsi_lib.themes import read_tag_file

    check_sheet_name(arguments.read or arguments.out)
    survey = Survey.load(arguments.export, arguments.questionnaire)
    answers, themes = survey.answers(arguments.question), survey.themes_of(arguments.question)
    path = survey.tag_folder / f"{arguments.question}.csv"
    tags = read_tag_file(path, themes)  # of all coders and respondents, so that none is lost
    coder = check_coder(arguments.coder, tags)
    if arguments.read:
        _read_coded(arguments.read, answers, themes, tags, coder, path)
    else:
        _write_uncoded(arguments.out, answers, themes, tags, coder)


def _write_uncoded(place, answers, themes, tags, coder):
    from dmsi_lib.coding import codebook_sheet, coding_sheet
    from dmsi_lib.sheets import write_sheet

    if place.exists() and not _is_read(place, answers, themes, tags, coder):
        raise InputError(
            f"{place}: is there already and holds what was not read back for {coder}. Read it "
            "with --read, or choose another name."
        )
    sheet = coding_sheet(answers, themes, tags, coder)
    _make_folder(place.parent)
    write_sheet(place, {"answers": sheet, "codebook": codebook_sheet(themes)})
    print(f"{place}: {len(sheet)} of {len(answers)} answers are still to be coded by {coder}")


def _is_read(place, answers, themes, tags, coder):
    """Whether a sheet holds nothing that the tags do not hold, so that it may be replaced."""
    from dmsi_lib.coding import SHEET_COLUMNS, coded_answers, merge_tags
    from dmsi_lib.sheets import read_sheet

    try:
        rows, numbers = read_sheet(place)
        coded = coded_answers(rows, numbers, answers, themes, place)
    except InputError:
        return False
    return rows[0] == SHEET_COLUMNS and merge_tags(tags, coded, coder).equals(tags)


def _read_coded(place, answers, themes, tags, coder, path):
    from dmsi_lib.agreement import agreement_table
    from dmsi_lib.coding import coded_answers, merge_tags
    from dmsi_lib.files import write_text
    from dmsi_lib.sheets import read_sheet

    rows, numbers = read_sheet(place)
    coded = coded_answers(rows, numbers, answers, themes, place)
    merged = merge_tags(tags, coded, coder)
    if not merged.equals(tags):
        _make_folder(path.parent)
        write_text(path, merged.to_csv(index=False, lineterminator="\n"))
    blank = len(rows) - 1 - len(coded)
    print(f"{path}: {len(coded)} answers coded by {coder}, {blank} still without themes")
    table = agreement_table(merged, themes)
    for row in table[(table[["coder_1", "coder_2"]] == coder).any(axis=1)].itertuples():
        print(
            f"  {row.coder_1} and {row.coder_2}, {row.theme}: the same on "
            f"{row.both + row.neither} of {row.n}, kappa "
            + (f"{row.kappa:.2f}" if row.kappa == row.kappa else "undefined")
        )


def run_synthesize(arguments):
    from dmsi_lib.synthetic_export import write_synthetic_export

    write_synthetic_export(arguments.out)
    print(f"{arguments.out}: every published figure comes out as printed")


def _make_folder(path):
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path}: can't be made ({error.strerror or error}).") from None
