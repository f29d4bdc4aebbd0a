"""What a report is made from: the files, how they are read, and how the report is made.

Imports nothing heavy, so that a command can tell in a moment that there is nothing to do.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from dmsi_lib.errors import InputError
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
    """

    export: str | None = None
    questionnaire: str | None = None
    edit: str = "none"
    base: str = "answered"
    where: Where = Where()  # noqa: RUF009 (immutable)
    audience: str = "internal"
    min_cell: int = MIN_CELL

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", Where.of(self.where))

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
        told, (export, questionnaire) = self.told(), self.files
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
        """Every choice as JSON has it."""
        return {f.name: getattr(self, f.name) for f in fields(self)} | {"where": self.where.texts}


@dataclass(frozen=True)
class Options:
    """How a report is made, whatever it says.

    Attributes
    ----------
    only : beginnings of notebook names; all sections by default
    jobs : how many notebooks run at a time; as many as there are cores by default
    warm : whether kernels may be forked from a warmed process, where the system allows it
    force : whether everything is made anew
    single_file, pdf : whether one file of it all is written, too, as HTML and as PDF
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
    scheduler: str | None = None
    keep_going: bool = False
    notebooks: Path | None = None


def input_files(choices: Choices) -> dict[str, Path]:
    """The files there are that a report may depend on: the export and the questionnaire under their
    names, what lies beside either under its usual name."""
    export, questionnaire = choices.export_path, choices.questionnaire_path
    files = {name: questionnaire.parent / name for name in BESIDE_QUESTIONNAIRE}
    files[QUOTATIONS] = export.parent / QUOTATIONS
    files |= {f"{TAGS}/{path.name}": path for path in sorted(export.parent.glob(f"{TAGS}/*.csv"))}
    files |= {questionnaire.name: questionnaire, export.name: export}
    return {name: path for name, path in files.items() if path.is_file()}
