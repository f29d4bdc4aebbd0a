"""The questions of the shipped questionnaire."""

from dmsi_lib.choices import QUESTIONNAIRE
from dmsi_lib.questionnaire import read_questionnaire

QUESTIONS = read_questionnaire(QUESTIONNAIRE).questions
IDS = {
    kind: [q.id for q in QUESTIONS if q.type == kind] for kind in ("single", "multiple", "ranking")
}
