from .publishing import publish as publish
from .publishing import rollback as rollback
from .publishing import verify as verify
from .publishing import version_lines as version_lines
