from .cleaning import suspects as suspects
from .export import Export as Export
from .export import read_export as read_export
from .file_rows import read_rows as read_rows
from .headers import identity_positions as identity_positions
from .headers import split_header as split_header
from .known_names import KnownNames as KnownNames
from .workbooks import escaped as escaped
