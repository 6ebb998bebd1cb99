"""`python -m ar_core` is the command `ar-core`."""

import sys

from ar_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
