from .parameters import check_parameters as check_parameters
from .public_survey import PublicSurvey as PublicSurvey
from .public_survey import as_public as as_public
from .survey import Survey as Survey
from .survey import read_survey as read_survey
from .waves import WaveComparison as WaveComparison
from .waves import compare_with_baseline as compare_with_baseline
