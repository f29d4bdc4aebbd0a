"""What a report is made from: the files, how they are read, and how the report is made.

Imports nothing heavy, so that a command can tell in a moment that there is nothing to do.
"""

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.where import Where

DATA = Path(__file__).resolve().parent.parent / "data"
QUESTIONNAIRE = DATA / "questionnaire.yaml"
SYNTHETIC_EXPORT = DATA / "synthetic" / "dmsi-2018-synthetic.csv"
PUBLISHED_FIGURES = DATA / "published_figures.csv"
CODEBOOK = DATA / "themes.yaml"
TILES = DATA / "tiles.yaml"
BESIDE_QUESTIONNAIRE = (PUBLISHED_FIGURES.name, CODEBOOK.name, TILES.name)
TAGS = "tags"  # folder beside the export
QUOTATIONS = "quotations.csv"  # beside the export
AUDIENCES = ("internal", "public")
KEPT = ".dmsi-read"  # folder beside what a command writes: exports that were read, see `reading`
KEEPING = "DMSI_KEPT"  # variable of the environment that names that folder; without it none
MIN_CELL = 10  # respondents; smaller cells are hidden from the public


def shipped(path: Path) -> Path:
    """A file or folder of the repository; an InputError where only the library is installed."""
    if not path.exists():
        raise InputError(
            f"{path}: is not there, since the installed package holds the library alone; run "
            "`dmsi` in a copy of the repository, which has the questionnaire, the synthetic data "
            "and the notebooks."
        )
    return path


@dataclass(frozen=True)
class Baseline:
    """An earlier wave that a survey is compared with.

    Attributes
    ----------
    file : path as text of its export, or of figures that were published of it
    questionnaire : path as text of its questionnaire; by default that of the later wave
    alike : ids of questions by whose answers changes are split into who answered and what
    """

    file: str
    questionnaire: str | None = None
    alike: tuple[str, ...] = ()

    @property
    def files(self) -> dict[str, Path]:
        """The parameters of a notebook that are files, with their absolute paths."""
        found = {"baseline": self.file, "baseline_questionnaire": self.questionnaire}
        return {name: Path(path).resolve() for name, path in found.items() if path}

    def parameters(self) -> dict[str, Any]:
        """What a notebook that compares waves has beside the parameters of all others."""
        files = {name: str(path) for name, path in self.files.items()}
        return {"baseline_questionnaire": None} | files | {"alike": list(self.alike)}

    def shown(self) -> dict[str, Any]:
        """The same as a report states it: files by their names alone."""
        return self.parameters() | {name: path.name for name, path in self.files.items()}


@dataclass(frozen=True)
class Choices:
    """How a report reads its data.

    Attributes
    ----------
    export, questionnaire : path as text, or None for those of the repository
    edit : "none", "gate" or "follow_up"
    base : "answered" or "universe"
    where : Where, or the texts that say it; see `where`
    audience : "internal" or "public"
    min_cell : int, the least number of respondents that a public report shows
    baseline : the earlier wave that it is compared with, if any
    """

    export: str | None = None
    questionnaire: str | None = None
    edit: str = "none"
    base: str = "answered"
    where: Where = Where()  # noqa: RUF009 (immutable)
    audience: str = "internal"
    min_cell: int = MIN_CELL
    baseline: Baseline | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", Where.of(self.where))
        if self.public and self.baseline:
            raise UsageError(
                "A report for the public can't be compared with an earlier wave: no plan hides the "
                "small figures of that wave. Leave out --baseline, or --audience public."
            )

    @property
    def files(self) -> tuple[str | None, ...]:
        """What `Survey.load` is to read: absolute paths as texts, None for the repository's."""
        paths = ((self.export, self.export_path), (self.questionnaire, self.questionnaire_path))
        return tuple(str(path) if given else None for given, path in paths)

    @property
    def public(self) -> bool:
        """Whether small cells are suppressed."""
        return self.audience == "public"

    @property
    def export_path(self) -> Path:
        """Absolute path of the export."""
        return Path(self.export or SYNTHETIC_EXPORT).resolve()

    @property
    def questionnaire_path(self) -> Path:
        """Absolute path of the questionnaire."""
        return Path(self.questionnaire or QUESTIONNAIRE).resolve()

    def parameters(self, plan: Path | str | None = None) -> dict[str, Any]:
        """The parameters of a notebook; paths are absolute, since a kernel need not start here.

        The plan is that of suppression, of which an audience and its least cell are part.
        """
        told, (export, questionnaire) = replace(self, baseline=None).told(), self.files
        del told["audience"], told["min_cell"]
        plan = str(plan) if plan else None
        return told | {"export": export, "questionnaire": questionnaire, "plan": plan}

    def shown(self) -> dict[str, Any]:
        """The choices as a report states them: files by their names alone."""
        return self.told() | {
            "export": self.export_path.name,
            "questionnaire": self.questionnaire_path.name,
        }

    def told(self) -> dict[str, Any]:
        """Every choice as JSON has it; nothing of a baseline where there is none."""
        told = {f.name: getattr(self, f.name) for f in fields(self)} | {"where": self.where.texts}
        del told["baseline"]
        return told | ({"baseline": self.baseline.shown()} if self.baseline else {})


@dataclass(frozen=True)
class Options:
    """How a report is made, whatever it says.

    Attributes
    ----------
    only : beginnings of notebook names; all sections by default
    jobs : how many notebooks run at a time; one more than there are cores by default
    warm : whether kernels may be forked from a warmed process, where the system allows it
    force : whether everything is made anew
    single_file, pdf : whether one file of it all is written, too, as HTML and as PDF
    xlsx : whether a workbook of its tables is written, too
    scheduler : address of a Dask scheduler whose workers run the notebooks
    keep_going : whether sections that fail leave the others in place
    notebooks : folder of the notebooks; by default that beside the questionnaire, if there is one,
        else that of the repository
    """

    only: tuple[str, ...] = ()
    jobs: int | None = None
    warm: bool = True
    force: bool = False
    single_file: bool = False
    pdf: bool = False
    xlsx: bool = False
    scheduler: str | None = None
    keep_going: bool = False
    notebooks: Path | None = None


def input_files(choices: Choices) -> dict[str, Path]:
    """The files there are that a report may depend on: the export, or the parts in its folder, and
    the questionnaire under their names, what lies beside either under its usual name."""
    export, questionnaire = choices.export_path, choices.questionnaire_path
    files = {name: questionnaire.parent / name for name in BESIDE_QUESTIONNAIRE}
    files[QUOTATIONS] = export.parent / QUOTATIONS
    files |= {f"{TAGS}/{path.name}": path for path in sorted(export.parent.glob(f"{TAGS}/*.csv"))}
    if export.is_dir():
        files |= {f"{export.name}/{path.name}": path for path in sorted(export.iterdir())}
    files |= {questionnaire.name: questionnaire, export.name: export}
    return {name: path for name, path in files.items() if path.is_file()}


def baseline_files(choices: Choices) -> dict[str, Path]:
    """The files of the earlier wave that a report is compared with, under names that no input of
    the report itself has."""
    files = choices.baseline.files.values() if choices.baseline else ()
    return {f"baseline/{path.name}": path for path in files if path.is_file()}
