"""Files are audited by worker processes: what a file makes of the reader happens there, within limits."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator

from derive.audit.files import Found
from derive.audit.finding import Finding
from derive.campaign.worker import Limits
from derive.campaign.workers import WorkerEnded, Workers
from derive.identify.read.limits import WORK_MEMORY, WORK_SECONDS

#: A worker for so many files: starting one takes about as long as reading these.
_FILES = 32


def audit_files(files: Iterable[Found], codes: Collection[str]) -> Iterator[tuple[list[Finding], list[str], bool]]:
    """The findings of each file, a line for what was not read, and whether anything was, in the order of the files.

    A file that takes more time or memory than one may is given up, and says so; the others are read all the same.
    """
    every = list(files)
    jobs = min(-(-len(every) // _FILES), os.cpu_count() or 1)
    with Workers(max(jobs, 1), Limits(WORK_SECONDS, WORK_MEMORY)) as workers:
        for file, future in [(file, workers.submit(_audit_file, file, sorted(codes))) for file in every]:
            try:
                findings, unread, read = future.result()
            except (WorkerEnded, RuntimeError) as error:
                findings, unread, read = (), (f"{file.path}: given up: {error}",), False
            yield list(findings), list(unread), read


def _audit_file(file: Found, codes: list[str]) -> tuple[list[Finding], list[str], bool]:
    """In a worker, which alone needs the mathematics."""
    from derive.audit.findings import audit_file

    return audit_file(file, frozenset(codes))
