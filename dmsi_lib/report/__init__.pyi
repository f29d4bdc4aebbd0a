from .folder import marked as marked
from .folder import reconcile_tables as reconcile_tables
from .notebooks import section_notebooks as section_notebooks
from .start import make_batch as make_batch
from .start import make_report as make_report
