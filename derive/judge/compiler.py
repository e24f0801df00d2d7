"""Compiling Coq files in dependency order; a file is compiled again only if it or what it requires has changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from derive.errors import UsageError
from derive.judge.project import EMITTED, LIBRARY, QUERY, Source, own
from derive.judge.tools import coqc, identity
from derive.report import Progress

#: Seconds after which a file counts as one that does not compile.
LIMIT = 600

_ERROR = re.compile(r'File "[^"]*", line (\d+), [^\n]*\n(?:Error|\s*Error):?\s*(.*)', re.DOTALL)


@dataclass(frozen=True)
class Compiled:
    """What compiling a file came to: ``error`` is empty where it compiled; ``output`` is what the file prints."""

    source: Source
    stamp: str
    seconds: float
    output: str = ""
    error: str = ""
    cached: bool = False
    #: The compiled file, relative to the cache folder, and the digest of its content.
    file: str = ""
    digest: str = ""


def content(path: Path) -> str:
    """The digest of a file; empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def cache_folder(library: Path) -> Path:
    """Where compiled files are kept: $DERIVE_CACHE, else the user's cache folder; apart for each checkout."""
    top = os.environ.get("DERIVE_CACHE")
    base = Path(top) if top else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "derive-kl"
    return base / "coq" / hashlib.sha256(str(library.resolve()).encode()).hexdigest()[:12]


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One run at a time in a cache folder; another one waits."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}", "name another folder: DERIVE_CACHE=DIR") from error
    with lock as handle:
        with contextlib.suppress(ImportError):
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def compile_all(sources: Sequence[Source], folder: Path, *, jobs: int, progress: Progress) -> tuple[Compiled, ...]:
    """Compile the sources, which are in dependency order, in ``folder``, with a line of progress for each file."""
    pending: dict[tuple[str, str], Future[Compiled]] = {}
    compiler = identity()
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        # A file waits for those before it only, so one worker is always free to go on.
        for source in sources:
            needed = [pending[key] for key in own(source) if key in pending]
            pending[source.library, source.name] = pool.submit(_after, needed, source, folder, compiler, progress)
        return tuple(future.result() for future in pending.values())


def _after(
    needed: Sequence[Future[Compiled]], source: Source, folder: Path, compiler: str, progress: Progress
) -> Compiled:
    before = [future.result() for future in needed]
    failed = [c.source.name for c in before if c.error]
    # A compiled file holds the digests of those that it requires: it is stale when they are compiled anew.
    text = "\n".join((compiler, source.text, *(f"{c.stamp} {c.digest}" for c in before)))
    stamp = hashlib.sha256(text.encode()).hexdigest()
    if failed:
        done = Compiled(source, stamp, 0.0, error=f"needs {', '.join(failed)}, which does not compile")
    else:
        done = _cached(source, stamp, folder) or _compile(source, stamp, folder)
    how = f"FAILED: {done.error}" if done.error else "unchanged" if done.cached else f"{done.seconds:.1f} s"
    progress(f"coq: {source.library}.{source.name} {how}")
    return done


def _place(source: Source, folder: Path, ending: str) -> Path:
    return folder / source.library / f"{source.name}{ending}"


def _cached(source: Source, stamp: str, folder: Path) -> Compiled | None:
    try:
        record = json.loads(_place(source, folder, ".stamp").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    compiled = _place(source, folder, ".vo")
    digest = content(compiled)
    if record.get("stamp") != stamp or not digest or record.get("compiled") != digest:
        return None
    file = str(compiled.relative_to(folder))
    return Compiled(source, stamp, record["seconds"], record["output"], cached=True, file=file, digest=digest)


def _compile(source: Source, stamp: str, folder: Path) -> Compiled:
    place = _place(source, folder, ".v")
    place.parent.mkdir(parents=True, exist_ok=True)
    for ending in (".stamp", ".vo"):
        _place(source, folder, ending).unlink(missing_ok=True)
    place.write_text(source.text, encoding="utf-8")
    started = time.monotonic()
    code, output, errors = run(place, folder)
    seconds = time.monotonic() - started
    if code:
        return Compiled(source, stamp, seconds, output, error=_error(source, errors))
    compiled = _place(source, folder, ".vo")
    digest = content(compiled)
    if not digest:
        return Compiled(source, stamp, seconds, output, error="coqc says yes, and has compiled nothing")
    record = {"stamp": stamp, "seconds": seconds, "output": output, "compiled": digest}
    _place(source, folder, ".stamp").write_text(json.dumps(record), encoding="utf-8")
    return Compiled(source, stamp, seconds, output, file=str(compiled.relative_to(folder)), digest=digest)


def run(place: Path, folder: Path) -> tuple[int, str, str]:
    """coqc on a file that lies in ``folder``: exit status, what it prints, what it complains of."""
    command = [coqc() or "coqc", "-q", "-w", "-ambiguous-paths"]
    for library in (LIBRARY, EMITTED, QUERY):
        command += ["-Q", str(folder / library), library]
        (folder / library).mkdir(exist_ok=True)
    try:
        done = subprocess.run(
            [*command, str(place)], capture_output=True, text=True, encoding="utf-8", cwd=place.parent, timeout=LIMIT
        )
    except subprocess.TimeoutExpired:
        return 1, "", f"no answer in {LIMIT} s"
    return done.returncode, done.stdout, done.stderr


def _error(source: Source, errors: str) -> str:
    """The theorem and the complaint, on one line."""
    found = _ERROR.search(errors)
    if found is None:
        return " ".join(errors.split())[:300] or "coqc fails without a word"
    above = "\n".join(source.text.splitlines()[: int(found[1])])
    names = re.findall(r"^(?:Theorem|Lemma|Corollary|Definition) (\w+)", above, re.MULTILINE)
    where = f"{names[-1]}, line {found[1]}" if names else f"line {found[1]}"
    return f"{where}: {' '.join(found[2].split())[:200]}"
