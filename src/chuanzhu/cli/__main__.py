"""``python -m chuanzhu.cli``."""

import sys

from chuanzhu.cli import main

sys.exit(main())
