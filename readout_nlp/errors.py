"""The error family: every message says what was found, what was expected and what to do next."""

from __future__ import annotations

EXIT_DONE = 0
EXIT_QUARANTINED = 1
EXIT_WRONG_CALL = 2
EXIT_CHECK_FAILED = 3


class ReadoutNLPError(Exception):
    """An error a user can act on.

    Parameters
    ----------
    found : str
        What the program met, with the value.
    expected : str
        What it needs instead.
    action : str
        What the reader can do next.

    Examples
    --------
    >>> print(ReadoutNLPError("3 topics for 2 texts", "at most 2 topics", "lower n_topics or add texts"))
    found 3 topics for 2 texts; expected at most 2 topics; lower n_topics or add texts
    """

    exit_code = EXIT_WRONG_CALL

    def __init__(self, found: str, expected: str, action: str) -> None:
        super().__init__(f"found {found}; expected {expected}; {action}")
        self.found = found
        self.expected = expected
        self.action = action

    def __reduce__(self) -> tuple[type[ReadoutNLPError], tuple[str, str, str]]:
        """Travel between processes whole: the joined message alone would break the receiver."""
        return type(self), (self.found, self.expected, self.action)


class InputError(ReadoutNLPError):
    """The input as a whole cannot be read: a missing path, an empty folder, a row that is not JSON."""


class RecipeError(ReadoutNLPError):
    """The recipe or an argument is wrong: a misspelt key, K larger than the corpus."""


class StoreError(ReadoutNLPError):
    """A directory on disk is not what it should be: another run's output, a newer schema, a missing file."""


class WorkerError(ReadoutNLPError):
    """Work handed to other processes or machines does not come back: they died, or cannot be reached."""


class CheckError(ReadoutNLPError):
    """A verification failed."""

    exit_code = EXIT_CHECK_FAILED
