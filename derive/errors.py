"""One error type per kind of failure, each with the exit code of the command's contract."""

from __future__ import annotations


class DeriveError(Exception):
    """A failure that is explained to the user in one line and a hint.

    Parameters
    ----------
    message : what was wrong, and where.
    hint : what to do about it; printed on its own line when not empty.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CheckFailed(DeriveError):
    """A check ran and said no: stale files, a disproved step, an exceeded bound."""

    exit_code = 1


class UsageError(DeriveError):
    """The request cannot be carried out as it was asked: unknown id, unwritable folder."""


class MissingTool(UsageError):
    """A program that the request needs is not on this machine."""
