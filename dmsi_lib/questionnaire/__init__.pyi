from .model import NOT_STATED as NOT_STATED
from .model import OTHER as OTHER
from .model import OTHER_TEXT as OTHER_TEXT
from .model import Question as Question
from .model import Questionnaire as Questionnaire
from .model import read_questionnaire as read_questionnaire
from .strict_yaml import Mapping as Mapping
from .strict_yaml import read_yaml as read_yaml
