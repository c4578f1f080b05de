"""`python -m bookbuild`: the same as the `bookbuild` command."""

from bookbuild.cli.output import main

main()
