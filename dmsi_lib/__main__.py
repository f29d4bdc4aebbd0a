"""`python -m dmsi_lib` is the command `dmsi`."""

import sys

from dmsi_lib.cli import main

sys.exit(main())
