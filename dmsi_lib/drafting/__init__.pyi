from .draft import Draft as Draft
from .draft import draft_questionnaire as draft_questionnaire
from .next_wave import NextWave as NextWave
from .next_wave import next_wave as next_wave
