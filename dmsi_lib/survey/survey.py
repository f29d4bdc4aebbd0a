"""The one object a notebook holds: a survey that shows all there is to see of it."""

from functools import lru_cache

from dmsi_lib import figures
from dmsi_lib.choices import QUESTIONNAIRE, SYNTHETIC_EXPORT
from dmsi_lib.errors import InputError
from dmsi_lib.figures import Ranking
from dmsi_lib.files import sha256
from dmsi_lib.questionnaire import Question, read_questionnaire
from dmsi_lib.reading import read_export
from dmsi_lib.skip_logic import fit_break_off
from dmsi_lib.survey.presentation import Presentation
from dmsi_lib.survey.public_survey import PublicSurvey, read_plan
from dmsi_lib.survey.records import Records
from dmsi_lib.wording import SYNTHETIC_MARK


class Survey(Presentation, Records):
    """A survey ready for questions. Make one with `Survey.load()`."""

    @classmethod
    def load(cls, export=None, questionnaire=None, edit="none", base="answered", where=None,
             plan=None):  # fmt: skip
        """Read an export and its questionnaire.

        Parameters
        ----------
        export : path, optional
            .csv, .xlsx or .sav; the synthetic export that comes with the repository by default.
        questionnaire : path, optional
            The DMSI instrument by default.
        edit : "none", "gate" or "follow_up"
        base : "answered" or "universe"
        where : str or list of str, optional
            `question=code`; only respondents who answered so. Several must all hold.
        plan : path, optional
            Of a plan of suppression; the survey shows itself as the public may see it then.

        Returns
        -------
        Survey, or PublicSurvey with a plan

        Raises
        ------
        InputError, UsageError
            One message: file, row or column, found, expected, what to do.
        """
        files = [str(path) for path in (questionnaire or QUESTIONNAIRE, export or SYNTHETIC_EXPORT)]
        instrument, data = _read(*files, *map(_content, files))
        data = data.copy()  # so that nobody changes what is read once for all
        choices = {"edit": edit, "base": base, "where": where}
        if plan is not None:
            return PublicSurvey(instrument, data, plan=read_plan(plan), **choices)
        return cls(instrument, data, **choices)

    def plot_combinations(self, question_id):
        """Which options were ticked together."""
        question = self._with_options(question_id)
        chosen, labels = self._chosen(question), question.choices
        return figures.plot_combinations(chosen[list(labels)], labels, question, self)

    def ranking(self, question_id):
        """A ranking question, with its twin beside it; see `rankings.Ranking`."""
        question = self.question(question_id)
        if question.type != "ranking":
            raise InputError(f"'{question_id}' is a {question.type} question; expected a ranking.")
        twin = self._twin(question)
        if twin is None:
            return Ranking(question, self, {"": (self._responses[question.id], question.options)})
        labels = figures.twin_groups(question, twin, self.questionnaire)
        panels = {
            label: (self._responses[one.id], one.options)
            for label, one in zip(labels.values(), (question, twin), strict=True)
        }
        return Ranking(question, self, panels)

    def show_agreement(self, question_id):
        """The agreement of coders as a table for readers."""
        caption = "Agreement of coders: fractions of the n answers that both coded, Cohen's kappa."
        if self.synthetic:
            caption += f" {SYNTHETIC_MARK}."
        return figures.show(self.agreement(question_id), caption)

    def plot_reach(self, *question_ids):
        """The figure of `reach`."""
        title = Question("reach", "How far the respondents came", "single", 1)
        return figures.plot_table(self.counted_reach(*question_ids), title, self)

    def plot_routing(self):
        """The questionnaire as a routing diagram, with counts; see `diagrams`."""
        figure, alt = figures.draw_routing(self._routing)
        if self.synthetic:
            figure.supxlabel(SYNTHETIC_MARK, fontsize=9, color="#b04a00")
            alt = f"{SYNTHETIC_MARK}. {alt}"
        return figures.Picture("routing", figure, alt, vector=True)

    def plot_survival(self):
        """The figure of `break_off_table`."""
        return figures.plot_survival(self.break_off_table(), self)

    def break_off_model(self, predictors):
        """Odds of stopping by early answers as a table, or why the data can't carry the model."""
        try:
            model = fit_break_off(self._responses, self._routing, predictors)
        except InputError as error:
            return figures.say(str(error))
        caption = "Odds ratios of stopping before the end (logistic regression)."
        if self.synthetic:
            caption += f" {SYNTHETIC_MARK}: the association is invented."
        return figures.show(model, caption)

    def explore(self):
        """Controls for looking around in JupyterLab: question, groups, edit, base."""
        from dmsi_lib.figures import make_explorer

        return make_explorer(self)


@lru_cache(maxsize=2)
def _read(questionnaire, export, *content):
    """Instrument and export, read again only where the content of a file has changed."""
    instrument = read_questionnaire(questionnaire)
    return instrument, read_export(export, instrument)


def _content(path):
    try:
        return sha256(path)
    except OSError:  # whoever reads the file says what is wrong with it
        return None
