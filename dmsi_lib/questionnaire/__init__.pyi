from .codebook import read_codebook as read_codebook
from .codebook import read_tiles as read_tiles
from .model import NOT_STATED as NOT_STATED
from .model import OTHER as OTHER
from .model import OTHER_TEXT as OTHER_TEXT
from .model import Question as Question
from .model import read_questionnaire as read_questionnaire
from .strict_yaml import read_yaml as read_yaml
