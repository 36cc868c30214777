"""``python -m seawall`` is the command line."""

from seawall.cli import main

main()
