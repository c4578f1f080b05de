"""`python -m bookbuild`: the same as the `bookbuild` command."""

from bookbuild.cli.program import main

main()
