from .public_survey import as_public as as_public
from .public_survey import theme_name as theme_name
from .survey import Survey as Survey
from .survey import read_survey as read_survey
