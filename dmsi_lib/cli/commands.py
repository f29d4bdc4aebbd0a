"""The command line. Every refusal is one message on standard error and exit status 1."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dmsi_lib import shared_drive
from dmsi_lib.choices import KEEPING, KEPT
from dmsi_lib.cli.arguments import make_parser
from dmsi_lib.cli.output import lasting_output, visible
from dmsi_lib.cli.stopping import Stopped, stopped_by_signals
from dmsi_lib.errors import DmsiError, InputError, UsageError, advice_on

if TYPE_CHECKING:
    import pandas as pd

    from dmsi_lib.choices import Choices, Options
    from dmsi_lib.drafting import Draft, NextWave
    from dmsi_lib.questionnaire import Theme
    from dmsi_lib.tables import By, Layout

DONE, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
DRAFT = "questionnaire.yaml"  # in the folder of a survey


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : list of str, optional
        The arguments; those of the process by default.

    Returns
    -------
    int
        0 done, 1 the input was refused or a notebook failed, 2 wrong usage, 130 interrupted,
        128 + n stopped by signal n.
    """
    parser = make_parser()
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as stop:  # argparse has said what is wrong, or printed the help
        return int(stop.code or DONE)
    with stopped_by_signals(), lasting_output() as lost:
        status = _run(arguments)
    if status == DONE and lost():
        return _refuse(f"standard output: can't be written ({lost()}).", REFUSED)
    return status


def _run(arguments: Namespace) -> int:
    """Run a command; its exit status."""
    try:
        with _keeping(arguments):
            COMMANDS[arguments.command](arguments)
    except UsageError as error:
        return _refuse(error, WRONG_USAGE)
    except DmsiError as error:
        return _refuse(error, REFUSED)
    except Stopped as stopped:
        return _refuse(f"stopped by {stopped.name}; nothing is half written.", stopped.status)
    except KeyboardInterrupt:
        return _refuse("interrupted; nothing is half written.", INTERRUPTED)
    except Exception as error:
        if os.environ.get("DMSI_DEBUG"):
            raise
        if isinstance(error, OSError):
            return _refuse(_of_the_system(error), REFUSED)
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        hint = "This is a fault of the program; DMSI_DEBUG=1 shows where it happened."
        return _refuse(f"{text}. {hint}", REFUSED)
    return DONE


@contextmanager
def _keeping(arguments: Namespace) -> Iterator[None]:
    """Name the folder in which a large export is kept once it was read: beside what is written.

    It stands in the environment, so that every kernel finds it.
    """
    if not getattr(arguments, "keep_read", False):
        yield
        return
    before = os.environ.get(KEEPING)
    os.environ.setdefault(KEEPING, str((arguments.out.parent / KEPT).resolve()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[KEEPING]


def _refuse(message: object, status: int) -> int:
    print(f"dmsi: {visible(str(message))}", file=sys.stderr)
    return status


def _of_the_system(error: OSError) -> str:
    """What the system has refused, such as space in its temporary folder."""
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}the system refused ({error.strerror or error!r}). {advice_on(error)}".strip()


# Each command imports what it needs, so that `dmsi --help` and a refusal come at once.


def run_report(arguments: Namespace) -> None:
    from dmsi_lib.report import make_report, sources_of

    choices, options = _choices(arguments), _options(arguments)
    with _progress_bar(len(sources_of(choices, options))) as progress:
        made = make_report(arguments.out, choices, options, progress)
    state = "" if made else " (nothing has changed; --force makes it anew)"
    print(f"Report: {arguments.out / 'index.html'}{state}")


def run_batch(arguments: Namespace) -> None:
    from dmsi_lib.report import make_batch

    if arguments.earlier:
        raise UsageError(
            "The reports of a batch are not compared with an earlier wave, since many groups are "
            "too small; `dmsi report --where QUESTION=CODE --baseline F` does it for one group."
        )
    choices, options = _choices(arguments), _options(arguments)
    with _progress_bar() as progress:
        written, unreported = make_batch(arguments.out, arguments.by, choices, options, progress)
    print(f"Batch: {arguments.out / 'index.html'}, {written} reports")
    if unreported:
        print(unreported)


def _choices(arguments: Namespace) -> "Choices":
    from dmsi_lib.choices import Baseline, Choices

    choices: Choices = _taken_from(arguments, Choices)
    if "alike" not in arguments:
        return choices
    file, questionnaire = arguments.earlier, arguments.earlier_questionnaire
    if file is None and (questionnaire or arguments.alike):
        raise UsageError("--baseline-questionnaire and --alike go with --baseline.")
    earlier = Baseline(file, questionnaire, tuple(arguments.alike)) if file else None
    return replace(choices, baseline=earlier)


def _options(arguments: Namespace) -> "Options":
    from dmsi_lib.choices import Options

    return _taken_from(arguments, Options)


def _taken_from(arguments: Namespace, kind: Any) -> Any:
    """A dataclass of those of its fields that the command has options for."""
    given = {f.name: getattr(arguments, f.name) for f in fields(kind) if f.name in arguments}
    return kind(**{n: tuple(v) if isinstance(v, list) else v for n, v in given.items()})


@contextmanager
def _progress_bar(total: int | None = None) -> Iterator[Callable[[str], None]]:
    """A function that shows a line a notebook, and a bar below where somebody is watching.

    What takes long before there is a notebook to run says so itself, on the error stream.
    """
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # a thread of its own would keep the report from forking
    with tqdm(total=total, unit="notebook", disable=None, leave=False) as bar:

        def progress(line: str) -> None:
            bar.write(line)
            bar.update()

        with _said_beside(bar):
            yield progress


@contextmanager
def _said_beside(bar: Any) -> Iterator[None]:
    """Show what long work logs."""
    import logging

    class Beside(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            bar.write(record.getMessage(), file=sys.stderr)

    handler, log = Beside(), logging.getLogger("dmsi_lib.report.waiting")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)


def run_check(arguments: Namespace) -> None:
    from dmsi_lib.cli.check_lines import check_lines
    from dmsi_lib.survey import read_survey

    if arguments.fix:
        _fix(arguments)
        return
    for line in check_lines(read_survey(_choices(arguments))):
        print(line)


def _fix(arguments: Namespace) -> None:
    from dmsi_lib.choices import QUESTIONNAIRE, SYNTHETIC_EXPORT, shipped
    from dmsi_lib.reading import fix_questionnaire

    export = arguments.export or shipped(SYNTHETIC_EXPORT)
    questionnaire = arguments.questionnaire or shipped(QUESTIONNAIRE)
    changes, refused = fix_questionnaire(export, questionnaire, arguments.fix)
    if changes:
        print(f"{arguments.fix}: changes ({len(changes)}), each marked by a comment to look at")
        for change in changes:
            print(f"  {change.question or 'the survey'}: {change.yaml}")
    if refused and changes:
        raise InputError(f"{refused}\nThis is left with {arguments.fix}.")
    if refused:
        raise InputError(f"{refused}\nNo change of the questionnaire helps; nothing was written.")
    go_on = f"The export is accepted with it: go on with --questionnaire {arguments.fix}"
    print(go_on if changes else "Nothing to change; nothing written.")


def run_draft(arguments: Namespace) -> None:
    from dmsi_lib.drafting import draft_questionnaire, next_wave
    from dmsi_lib.files import write_text

    if not arguments.out and not arguments.explain:
        raise UsageError("Say where to write it with --out FOLDER, or what to --explain.")
    if arguments.explain and arguments.questionnaire:
        raise UsageError("--explain shows what the export alone says; leave out --questionnaire.")
    place = arguments.out and arguments.out / DRAFT
    if place and (place.exists() or place.is_symlink()):
        raise InputError(f"{place}: is there already, and nothing is overwritten. Choose another.")
    made: Draft | NextWave
    if arguments.questionnaire:
        made = next_wave(arguments.export, arguments.questionnaire)
    else:
        made = draft = draft_questionnaire(arguments.export)
        for name in arguments.explain:
            print("\n".join(draft.explain(name)))
    if place:
        _make_folder(arguments.out)
        write_text(place, made.text)
        print("\n".join([f"{place}: drafted; `dmsi check` accepts it", *made.lines()]))


def run_new(arguments: Namespace) -> None:
    from dmsi_lib.drafting import draft_questionnaire
    from dmsi_lib.files import write_together
    from dmsi_lib.report import new_survey

    folder, export = arguments.folder, Path(arguments.export)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; expected a new or an empty folder.")
    if folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder}: is there and not empty; expected a new or an empty folder.")
    draft = draft_questionnaire(arguments.export)
    files = new_survey(draft.text, draft.questionnaire, export.resolve(), folder.resolve())
    for place in sorted({(folder / name).parent for name in files}):
        _make_folder(place)
    write_together({folder / name: content for name, content in files.items()})
    print("\n".join([f"{folder}: {len(files)} files written; README.md says what they are"]))
    print("\n".join(draft.lines()))


def run_compare(arguments: Namespace) -> None:
    from dmsi_lib.files import write_csv
    from dmsi_lib.report import marked
    from dmsi_lib.survey import compare_with_baseline, read_survey

    choices, out = _choices(arguments), arguments.out
    assert choices.baseline, "the option is required"
    if out:
        _spare_inputs(choices, out)
        if out.suffix.lower() != ".csv":
            raise UsageError(f"--out {out}: expected a name that ends in .csv.")
    found = compare_with_baseline(read_survey(choices), choices.baseline)
    if out:
        _make_folder(out.parent)
        write_csv(out, marked(found.table, found))
        print(f"{out}: {len(found.table)} rows")
    print("\n".join(found.lines()))


def run_reconcile(arguments: Namespace) -> None:
    from dmsi_lib.files import csv_bytes, write_together
    from dmsi_lib.report import reconcile_tables
    from dmsi_lib.survey import read_survey

    choices = _choices(arguments)
    survey = read_survey(choices)
    _make_folder(arguments.out)
    tables = reconcile_tables(survey)
    _spare_inputs(choices, *(arguments.out / name for name in tables))
    write_together({arguments.out / name: csv_bytes(table) for name, table in tables.items()})
    for name, table in tables.items():
        print(f"{arguments.out / name}: {len(table)} rows")


def run_tables(arguments: Namespace) -> None:
    from tqdm import tqdm

    from dmsi_lib.files import write_bytes
    from dmsi_lib.report import table_maker

    choices, out = _choices(arguments), arguments.out
    _spare_inputs(choices, out)
    layout, by = _layout(arguments), _columns(arguments)
    make = table_maker(out, choices, by, layout, arguments.scheduler)
    with _said_beside(tqdm(disable=True)):
        made = make()
    _make_folder(out.parent)
    write_bytes(out, made.content)
    print(f"{out}: {made.rows} rows")
    if made.note:
        print(made.note)


def _layout(arguments: Namespace) -> "Layout | None":
    """How cross tables are wanted; None for groups one under the other."""
    from dmsi_lib.tables import FEWEST, Layout

    asked = (arguments.side_by_side, arguments.percent, arguments.letters, arguments.min_base)
    if not any(asked):
        return None
    if not arguments.by:
        raise UsageError(
            "--side-by-side, --percent, --letters and --min-base go with --by QUESTION, whose "
            "options become columns."
        )
    percent, min_base = arguments.percent or "column", arguments.min_base or FEWEST
    return Layout(percent, arguments.letters, min_base)


def _columns(arguments: Namespace) -> "list[By]":
    """The questions whose options become groups, each by itself or one within the other."""
    by = arguments.by or []
    return [*by] if arguments.side_by_side or not by else [by]


def run_data(arguments: Namespace) -> None:
    from dmsi_lib.exporting import check_data_file, reconciled_data, write_data_set
    from dmsi_lib.survey import read_survey

    check_data_file(arguments.out, arguments.labels)
    if arguments.audience == "public":
        raise UsageError(
            "These are single records, which are never for the public; `dmsi report --audience "
            "public` writes tables that are."
        )
    choices = _choices(arguments)
    _spare_inputs(choices, arguments.out)
    made = reconciled_data(read_survey(choices), arguments.open_answers)
    _make_folder(arguments.out.parent)
    write_data_set(arguments.out, made, arguments.labels)
    rows, columns = made.values.shape
    print(f"{arguments.out}: {rows} respondents, {columns} variables")


def run_codebook(arguments: Namespace) -> None:
    from dmsi_lib.files import write_bytes
    from dmsi_lib.report import codebook_maker
    from dmsi_lib.survey import read_survey

    make, choices = codebook_maker(arguments.out), _choices(arguments)
    _spare_inputs(choices, arguments.out)
    survey = read_survey(choices)
    content = make(survey)
    _make_folder(arguments.out.parent)
    write_bytes(arguments.out, content)
    print(f"{arguments.out}: {survey.questionnaire.extent}")


def run_code(arguments: Namespace) -> None:
    from dmsi_lib.open_answers import check_coder, check_sheet_name, read_tag_file
    from dmsi_lib.survey import read_survey

    check_sheet_name(arguments.read or arguments.out)
    survey = read_survey(_choices(arguments))
    answers, themes = survey.answers(arguments.question), survey.themes.of(arguments.question)
    path = survey.themes.tag_file(arguments.question)
    tags = read_tag_file(path, themes)  # of all coders and respondents, so that none is lost
    coder = check_coder(arguments.coder, tags)
    if arguments.read:
        _read_coded(arguments.read, answers, themes, tags, coder, path)
    else:
        _write_uncoded(arguments.out, answers, themes, tags, coder)


def _write_uncoded(
    place: Path, answers: "pd.Series", themes: "Sequence[Theme]", tags: "pd.DataFrame", coder: str
) -> None:
    from dmsi_lib.files import destination
    from dmsi_lib.open_answers import codebook_sheet, coding_sheet, write_sheet

    if destination(place).exists() and not _is_read(place, answers, themes, tags, coder):
        raise InputError(
            f"{place}: is there already and holds what was not read back for {coder}. Read it "
            "with --read, or choose another name."
        )
    sheet = coding_sheet(answers, themes, tags, coder)
    _make_folder(place.parent)
    write_sheet(place, {"answers": sheet, "codebook": codebook_sheet(themes)})
    print(f"{place}: {len(sheet)} of {len(answers)} answers are still to be coded by {coder}")


def _is_read(
    place: Path, answers: "pd.Series", themes: "Sequence[Theme]", tags: "pd.DataFrame", coder: str
) -> bool:
    """Whether a sheet holds nothing that the tags do not hold, so that it may be replaced."""
    from dmsi_lib.open_answers import SHEET_COLUMNS, coded_answers, merge_tags, read_sheet

    try:
        rows, numbers = read_sheet(place)
        coded = coded_answers(rows, numbers, answers, themes, place)
    except InputError:
        return False
    return rows[0] == SHEET_COLUMNS and merge_tags(tags, coded, coder).equals(tags)


def _read_coded(
    place: Path,
    answers: "pd.Series",
    themes: "Sequence[Theme]",
    tags: "pd.DataFrame",
    coder: str,
    path: Path,
) -> None:
    from dmsi_lib.cli.agreement_lines import agreement_lines
    from dmsi_lib.files import write_text
    from dmsi_lib.open_answers import coded_answers, merge_tags, read_sheet

    rows, numbers = read_sheet(place)
    coded = coded_answers(rows, numbers, answers, themes, place)
    merged = merge_tags(tags, coded, coder)
    if not merged.equals(tags):
        _make_folder(path.parent)
        write_text(path, merged.to_csv(index=False, lineterminator="\n"))
    blank = len(rows) - 1 - len(coded)
    print(f"{path}: {len(coded)} answers coded by {coder}, {blank} still without themes")
    for line in agreement_lines(merged, themes, answers.index, coder):
        print(line)


def run_synthesize(arguments: Namespace) -> None:
    from dmsi_lib.synthetic import write_second_wave, write_synthetic_export

    if arguments.planted:
        write_second_wave(arguments.out, arguments.planted)
        print(f"{arguments.out}: a second wave with the changes of {arguments.planted}")
        return
    write_synthetic_export(arguments.out)
    print(f"{arguments.out}: every published figure comes out as printed")


def _spare_inputs(choices: "Choices", *places: Path) -> None:
    """Refuse to write to where something stands that is no file, or that is read."""
    from dmsi_lib.choices import baseline_files, input_files
    from dmsi_lib.files import destination

    read = [*input_files(choices).values(), *baseline_files(choices).values()]
    for place in places:
        target = destination(place)
        if target.exists() and any(map(target.samefile, read)):
            raise InputError(f"{place}: is read by this command; choose another place to write to.")


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path}: can't be made ({error.strerror or error}).") from None


def run_publish(arguments: Namespace) -> None:
    dest = arguments.dest
    instead = arguments.list or arguments.verify or arguments.rollback is not None
    if instead and (arguments.build or arguments.keep or arguments.allow_internal):
        raise UsageError(
            "--list, --verify and --rollback go without --from, --keep and --allow-internal."
        )
    if arguments.list:
        print("\n".join(shared_drive.version_lines(dest)) or f"{dest}: nothing is published there")
    elif arguments.verify:
        print(f"{dest}: {len(shared_drive.verify(dest))} versions, all as published")
    elif arguments.rollback is not None:
        version = shared_drive.rollback(dest, arguments.rollback or None)
        print(f"{dest / 'index.html'} now shows {version.version} of {version.published}")
    else:
        build = arguments.build or Path("outputs/report")
        version = shared_drive.publish(
            dest, build, keep=arguments.keep, allow_internal=arguments.allow_internal
        )
        print(f"Published: {dest / 'index.html'} shows {version.version}")


COMMANDS: dict[str, Callable[[Namespace], None]] = {
    "report": run_report,
    "batch": run_batch,
    "draft": run_draft,
    "new": run_new,
    "compare": run_compare,
    "check": run_check,
    "reconcile": run_reconcile,
    "tables": run_tables,
    "data": run_data,
    "codebook": run_codebook,
    "code": run_code,
    "synthesize": run_synthesize,
    "publish": run_publish,
}
