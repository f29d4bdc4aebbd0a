"""Reading, reconciling and counting survey responses, and publishing them as a report.

The flow goes one way: export file, responses, routing status, tables, figures, executed notebooks,
HTML pages. A notebook holds one object, a `Survey`; `say` and `show` put sentences and frames on
the page.
"""

from dmsi_lib.figures import say, show
from dmsi_lib.survey import Survey

__all__ = ["Survey", "say", "show"]
