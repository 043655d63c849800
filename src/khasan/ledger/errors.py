"""The one error that a user can cause, and the places that it names."""

from __future__ import annotations


class InputError(ValueError):
    """Something that was given cannot be used; the message says what, where and how to mend it.

    The command line prints the message on one line and ends with exit status 2.
    """


def at_cell(file: str, row: int, column: str, problem: str) -> InputError:
    """Make an error that points at one cell.

    Parameters
    ----------
    file : str
        Name of the file, for instance ``observation.csv``.
    row : int
        Line in that file; the header is line 1.
    column : str
        Name of the column.
    problem : str
        What is wrong and how to mend it.
    """
    return InputError(f"{file}, row {row}, column {column}: {problem}")
