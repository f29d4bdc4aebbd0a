"""From an export file to responses: rows, header, columns, answers, each change and oddity noted.

Respondents' identities end here: columns that hold them are dropped, and only hashes of names go
on, to find them in answers. Sources: SurveyMonkey's export layouts; RFC 4180 for CSV.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
