from .export import write_synthetic_export as write_synthetic_export
from .second_wave import write_second_wave as write_second_wave
