from .public_survey import PublicSurvey as PublicSurvey
from .survey import Survey as Survey
