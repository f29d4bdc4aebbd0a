from .folder import marked as marked
from .folder import reconcile_tables as reconcile_tables
from .notebooks import section_notebooks as section_notebooks
from .start import build_batch as build_batch
from .start import build_report as build_report
