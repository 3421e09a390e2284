"""The start of the separate process that examines one file."""

import sys

from services.intake.media.limited import main

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
