from .codebook_page import codebook_maker as codebook_maker
from .folder import marked as marked
from .folder import reconcile_tables as reconcile_tables
from .new_survey import new_survey as new_survey
from .notebooks import sources_of as sources_of
from .start import make_batch as make_batch
from .start import make_report as make_report
from .survey_folder import folder_lines as folder_lines
