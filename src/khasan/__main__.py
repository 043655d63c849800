"""Run the command line with ``python -m khasan``."""

from khasan.cli import main

if __name__ == "__main__":
    main()
