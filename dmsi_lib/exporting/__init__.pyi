from .codebook import codebook as codebook
from .cross_book import cross_workbook as cross_workbook
from .data_files import check_data_file as check_data_file
from .data_files import write_data_set as write_data_set
from .ddi import ddi_codebook as ddi_codebook
from .reconciled import reconciled_data as reconciled_data
from .tables_book import sections_workbook as sections_workbook
from .tables_book import tables_workbook as tables_workbook
