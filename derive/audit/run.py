"""Files are audited by worker processes: what a file makes of the reader happens there, within limits."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from derive.audit.finding import Finding
from derive.campaign.worker import Limits
from derive.campaign.workers import WorkerEnded, Workers
from derive.identify.read.limits import WORK_MEMORY, WORK_SECONDS

#: A worker for so many files: starting one takes about as long as reading these.
_FILES = 32


def audit_files(paths: Iterable[Path], codes: Collection[str]) -> Iterator[tuple[list[Finding], list[str]]]:
    """The findings of each file and a line for what was not read, in the order of the paths.

    A file that takes more time or memory than one may is given up, and says so; the others are read all the same.
    """
    every = list(paths)
    jobs = min(-(-len(every) // _FILES), os.cpu_count() or 1)
    with Workers(max(jobs, 1), Limits(WORK_SECONDS, WORK_MEMORY)) as workers:
        for path, future in [(path, workers.submit(_audit_file, str(path), sorted(codes))) for path in every]:
            try:
                findings, unread = future.result()
            except (WorkerEnded, RuntimeError) as error:
                findings, unread = (), (f"{path}: given up: {error}",)
            yield list(findings), list(unread)


def _audit_file(path: str, codes: list[str]) -> tuple[list[Finding], list[str]]:
    """In a worker, which alone needs the mathematics."""
    from derive.audit.findings import audit_file

    return audit_file(Path(path), frozenset(codes))
