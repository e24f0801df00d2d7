"""Files are audited by worker processes: what a file makes of the reader happens there, within limits."""

from __future__ import annotations

import gc
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from derive.audit.files import Found
from derive.audit.finding import Finding
from derive.audit.repairs import Rewritten
from derive.audit.since import Changes
from derive.campaign.results import as_data
from derive.campaign.worker import Limits
from derive.campaign.workers import WorkerEnded, Workers
from derive.identify.read.limits import WORK_MEMORY, WORK_SECONDS

#: A worker for so many files: starting one takes about as long as reading these.
_FILES = 32


@as_data
@dataclass(frozen=True)
class Audited:
    """What was found in a file, a line for what was not read or repaired, whether anything was read, and how many KL
    terms there are.
    """

    findings: tuple[Finding, ...] = ()
    unread: tuple[str, ...] = ()
    read: bool = False
    terms: int = 0
    rewritten: Rewritten | None = None
    unrepaired: str = ""


def audit_files(
    files: Iterable[tuple[Found, Collection[str]]], changes: Changes | None = None, *, fix: bool = False
) -> Iterator[tuple[Found, Audited]]:
    """The findings of each file among its codes, in the order of the files; of changed lines only, where changes are
    given; with the repairs of them, where ``fix`` asks for them.

    A file that takes more time or memory than one may is given up, and says so; the others are read all the same.
    """
    every = list(files)
    jobs = min(-(-len(every) // _FILES), os.cpu_count() or 1)
    with Workers(max(jobs, 1), Limits(WORK_SECONDS, WORK_MEMORY)) as workers:
        submitted = [
            (file, workers.submit(_audit_file, file, sorted(codes), changes and changes.within(file.path), fix))
            for file, codes in every
        ]
        for file, future in submitted:
            try:
                yield file, future.result()
            except (WorkerEnded, RuntimeError) as error:
                yield file, Audited(unread=(f"{file.path}: given up: {error}",))


@cache
def _settle() -> None:
    """What was imported stays: without this, each syntax tree lets the collector look through all of it again."""
    gc.freeze()
    gc.set_threshold(50_000)


def _audit_file(file: Found, codes: list[str], changes: Changes | None, fix: bool) -> Audited:
    """In a worker, which alone needs the mathematics."""
    from derive.audit.codes import CODES
    from derive.audit.findings import audit_file
    from derive.audit.repairs import repaired

    _settle()

    before, unread, read, terms = audit_file(file, frozenset(CODES if fix else codes))
    told = [
        finding
        for finding in before
        if finding.code in codes and (changes is None or changes.touch(file.path, finding.cell, finding.extents))
    ]
    wanted = [finding for finding in told if finding.repair]
    if not fix or not wanted:
        return Audited(tuple(told), tuple(unread), read, terms)
    return Audited(tuple(told), tuple(unread), read, terms, *repaired(file, wanted, before))
