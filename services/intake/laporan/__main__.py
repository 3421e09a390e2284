"""The start of the separate process that reads one export."""

import sys

from .limited import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
