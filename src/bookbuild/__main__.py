"""The `bookbuild` command, also as `python -m bookbuild`."""

import signal


def main() -> None:
    """Run the command; until it is loaded, Ctrl-C ends it without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bookbuild.cli.program import main as run

    run()


if __name__ == "__main__":
    main()
