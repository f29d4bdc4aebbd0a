from .figures import say as say
from .figures import show as show
from .survey import Survey as Survey
from .survey import check_parameters as check_parameters
from .wording import how_many as how_many
