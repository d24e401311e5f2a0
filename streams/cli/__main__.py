"""`python -m streams.cli`: the command `parallax`."""

from streams.cli import main

main()
