from .public_survey import PublicSurvey as PublicSurvey
from .public_survey import theme_name as theme_name
from .survey import Survey as Survey
