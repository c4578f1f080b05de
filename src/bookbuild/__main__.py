"""`python -m bookbuild`: the same as the `bookbuild` command."""

from bookbuild.console import main

main()
