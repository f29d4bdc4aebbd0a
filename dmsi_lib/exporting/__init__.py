"""What a researcher takes out: the reconciled answers with the reason of every blank, and books.

Sources: the reasons of a blank are the routing statuses (`skip_logic.routing`); user-missing values
are those of SPSS's and Stata's manuals; workbooks follow the UK Government Analysis Function's
"Releasing statistics in spreadsheets".
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
