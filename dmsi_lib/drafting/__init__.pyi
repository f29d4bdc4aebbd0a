from .draft import draft_questionnaire as draft_questionnaire
