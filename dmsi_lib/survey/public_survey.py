"""A survey as the public may see it: tables with small cells suppressed, and what follows.

Single respondents and everything counted beyond the tables (routing statuses, combinations,
break-offs, other readings) are not there to be shown: the suppression is planned, and proved safe,
for the tables alone.
"""

from pathlib import Path

from dmsi_lib import figures, tables
from dmsi_lib.disclosure import Plan, suppress_table
from dmsi_lib.errors import InputError
from dmsi_lib.survey.presentation import Presentation


def read_plan(path):
    """The plan of suppression in a file.

    Raises
    ------
    InputError
        Where it can't be read or is none.
    """
    try:
        return Plan.from_csv(Path(path).read_bytes())
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror or error}).") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


class PublicSurvey(Presentation):
    """A survey whose tables follow a plan of suppression.

    Parameters
    ----------
    plan : Plan, with the group of `where`
    others : as for `counts.Counts`
    """

    public = True

    def __init__(self, questionnaire, export, *, plan, **choices):
        super().__init__(questionnaire, export, **choices)
        self._plan = plan

    @property
    def n(self):
        """Number of respondents, None where it is suppressed."""
        return super().n if self._plan.shows_size(self.where) else None

    def counted(self, question_id, by=None):
        """The table of a question, small cells suppressed."""
        if by is not None:
            raise InputError(
                f"'{question_id}' by '{by}': a public report has no such table; make a report for "
                "each group with `dmsi batch`, or tag the cell 'internal'."
            )
        rows = self._plan.of(self.where, tables.TableName(question_id))
        return suppress_table(super().counted(question_id), rows)

    def counted_themes(self, question_id):
        """The themes of an open question, small cells suppressed."""
        rows = self._plan.of(self.where, tables.TableName(question_id, tables.THEMES))
        return suppress_table(super().counted_themes(question_id), rows)

    def _wording(self, question_id):
        question = self.question(question_id)
        universe = tables.universe_name(question, self.questionnaire)
        base = self.counted(question_id)["base"]
        return figures.Wording(question.text, universe, f"Answered by {figures.sizes(base)}.")

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise InputError(
            f"survey.{name}: is no part of a public report, which shows tables alone. Tag the cell "
            "'internal', so that public reports leave it out."
        )
