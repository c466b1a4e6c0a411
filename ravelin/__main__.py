"""`python -m ravelin`."""

from ravelin.cli import main

main()
