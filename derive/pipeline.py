"""The architecture: its stages, each with its input and output. This file is the map; read it first.

    load     proofs/ -> registry                         statements, assumptions and steps; mathematics, no machinery
    prove    registry -> checked theorems                each step is decided: normal form, exhibited antiderivative,
                                                         exact sign, in a process of its own that ends at
                                                         limits; an undecided step fails the run
    lower    registry -> kernels, test vectors           closed form -> ordered floating-point expression tree, by the
                                                         rewriting rules among the theorems
    emit     checked theorems, kernels -> files          relative path -> bytes; a module per target in derive/emit
    read     files, kernels -> report                    the text of a kernel, read back, is the tree that was analysed
    verify   files -> report                             loads the files, compares them with integrals and balls of
                                                         its own; knows nothing of the stages above
    publish  files -> generated/                         all of it at once, or nothing
    judge    files -> judgement                          where it is asked for: Coq compiles proofs/coq and the emitted
                                                         statements; knows nothing of SymPy

``derive all`` is their composition. SymPy is imported by load, prove, lower and emit only, when they are first called.
Whatever fails raises a :class:`derive.errors.DeriveError` that says what, where, and what to do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from derive.errors import CheckFailed, UsageError
from derive.report import Advance, Progress, Report, silent, uncounted

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from derive.emit import Material
    from derive.judge.judgement import Judgement
    from derive.lower import Lowered
    from derive.prove import CheckedTheorem
    from derive.publish import Changes
    from derive.verify.emitted import Files
    from derive.vocabulary.theorem import Registry

Level = Literal["quick", "full"]


@dataclass(frozen=True)
class Build:
    """What load, prove, lower and emit give together, and whether the text of the kernels is their trees."""

    registry: Registry
    checked: tuple[CheckedTheorem, ...]
    files: Mapping[str, bytes]
    read: Report


def load(proofs: Path | None = None) -> Registry:
    """All that is claimed: the theorems in the order of their proof, the claims made in words, the families.

    ``proofs`` is a folder of further proof files, whose Python is run.
    """
    from derive.requirements import require_dependencies
    from derive.stages import folder

    require_dependencies()
    registry = _own_proofs()
    return registry if proofs is None else folder.extended(registry, proofs)


def _own_proofs() -> Registry:
    try:
        from derive.proofs import REGISTRY
    except ModuleNotFoundError as error:
        if error.name != "derive.proofs":
            raise
        raise UsageError(
            f"the checkout that holds {Path(__file__).parent} is not installed: derive.proofs has no place yet",
            "in its root: pip install -e .",
        ) from error
    registry: Registry = REGISTRY
    return registry


def prove(
    ids: Sequence[str] | None = None, *, proofs: Path | None = None, progress: Progress = silent
) -> tuple[CheckedTheorem, ...]:
    """Check the proofs of the named theorems, of all where none is named.

    Each is decided in a process of its own, which the system ends at the limits of :mod:`derive.stages.proving`,
    whatever its author wrote. ``derive.prove.check``, which decides in the process that calls it, has the limits of a
    step alone.

    A claim stands for the theorems that are its evidence.

    Raises :class:`CheckFailed` naming theorem, step and, where there is one, a counterexample; :class:`UsageError` for
    an id that does not exist.
    """
    from derive.stages.proving import proved

    registry = load(proofs)
    evidence = {claim.id: [of.partition("/")[0] for of in claim.evidence] for claim in registry.claims}
    for name in ids or ():
        known(name, [*registry.theorems, *evidence])
    wanted = dict.fromkeys(theorem for name in ids or () for theorem in evidence.get(name, [name]))
    return proved(load, proofs, [*wanted] if ids else None, progress)[1]


def build(*, proofs: Path | None = None, progress: Progress = silent) -> Build:
    """Prove everything and print it: all files of generated/, in memory; with the families of a folder, where given."""
    from derive.emit import emit
    from derive.lower import lower
    from derive.stages.proving import proved
    from derive.stages.readback import check

    registry, checked = proved(load, proofs, None, progress)
    lowered = lower(registry)
    progress(f"lowered {len(lowered.kernels)} kernels")
    files = emit(_material(registry, checked, lowered))
    progress(f"emitted {len(files)} files, {sum(map(len, files.values())):,} bytes")
    read = check(lowered.kernels, files, require_tools=tools_required())
    for outcome in read.checks:
        progress(f"{outcome.status.value}: {outcome.name}: {outcome.detail}")
    return Build(registry, checked, files, read)


def verify(
    folder: Path,
    level: Level = "quick",
    *,
    jobs: int | None = None,
    seed: int | None = None,
    progress: Progress = silent,
    advance: Advance = uncounted,
    executor: Executor | None = None,
    journal: Path | None = None,
    proofs: Path | None = None,
) -> Report:
    """Load the emitted files in ``folder`` and compare them with integrals and ball arithmetic.

    ``proofs`` is the folder of proof files that further families come from; of it the records in ``records/`` are run.
    The work goes to ``jobs`` processes, one for each core by default, or to any executor of `concurrent.futures`; a
    journal keeps what is finished, for a run that follows. Where the environment says ``DERIVE_REQUIRE_TOOLS=1``, a
    check that a missing tool prevents counts as failed.
    """
    from derive.verify import SEED
    from derive.verify import verify as verify_folder

    return verify_folder(
        folder,
        level,
        jobs=jobs,
        seed=SEED if seed is None else seed,
        progress=progress,
        advance=advance,
        require_tools=tools_required(),
        executor=executor,
        journal=journal,
        records=_records(proofs),
    )


def _records(proofs: Path | None) -> Files | None:
    """The records of the families in a folder of proofs."""
    from derive.stages import folder
    from derive.verify.emitted import Files

    return None if proofs is None else Files(folder.records(proofs))


def hunt(
    folder: Path,
    minutes: float,
    *,
    jobs: int | None = None,
    seed: int | None = None,
    progress: Progress = silent,
    advance: Advance = uncounted,
    executor: Executor | None = None,
    journal: Path | None = None,
    record: Path | None = None,
    proofs: Path | None = None,
) -> Report:
    """Climb towards the worst case of every emitted function for some minutes; ``record`` is where the table goes."""
    from derive.verify import SEED
    from derive.verify.hunting import hunt_folder

    return hunt_folder(
        folder,
        minutes,
        jobs=jobs,
        seed=SEED if seed is None else seed,
        progress=progress,
        advance=advance,
        executor=executor,
        journal=journal,
        record=record,
        records=_records(proofs),
    )


def mutants(
    folder: Path,
    *,
    sample: int | None = None,
    jobs: int | None = None,
    progress: Progress = silent,
    advance: Advance = uncounted,
    executor: Executor | None = None,
    journal: Path | None = None,
    proofs: Path | None = None,
) -> Report:
    """Change the emitted files one token at a time: how many of the harmful changes does ``verify --quick`` catch?"""
    from derive.verify.mutants.mutation import mutants as campaign

    return campaign(
        folder,
        sample=sample,
        jobs=jobs,
        progress=progress,
        advance=advance,
        executor=executor,
        journal=journal,
        records=_records(proofs),
    )


def judge(
    files: Mapping[str, bytes] | None = None, *, jobs: int = 2, whole: bool = False, progress: Progress = silent
) -> Judgement:
    """Let Coq check the library in proofs/coq and the emitted statements: those in ``files``, else newly emitted ones.

    A run in which nothing has changed, neither sources nor tools, compiles nothing; the compiled files are checked
    again by ``coqchk`` all the same, with ``whole`` down to the axioms. Without ``coqc`` nothing is checked, or, with
    ``DERIVE_REQUIRE_TOOLS=1``, failed.
    """
    from derive.stages import judging

    return judging.judge(
        load,
        partial(_coq_files, progress),
        files,
        jobs=jobs,
        whole=whole,
        progress=progress,
        require_tools=tools_required(),
    )


def coq_mutants(*, sample: int | None = None, jobs: int = 2, progress: Progress = silent) -> Report:
    """Change the emitted Coq statements one token at a time: is one of the changed ones still proved?"""
    from derive.judge.mutants import campaign
    from derive.stages.judging import library

    files = _coq_files(progress)
    return campaign(library(), files, sample=sample, jobs=jobs, progress=progress, require_tools=tools_required())


def _coq_files(progress: Progress) -> dict[str, bytes]:
    from derive.emit.coq import emit
    from derive.lower import lower

    registry = load()
    lowered = lower(registry)
    progress(f"lowered {len(lowered.kernels)} kernels")
    return emit(_material(registry, (), lowered))


def _material(registry: Registry, checked: tuple[CheckedTheorem, ...], lowered: Lowered) -> Material:
    from derive.emit import Material

    of = lowered
    return Material(registry, checked, of.kernels, of.vectors, of.readings, of.polynomials, of.coverage)


def tools_required() -> bool:
    return os.environ.get("DERIVE_REQUIRE_TOOLS", "") not in ("", "0")


def verify_files(
    files: Mapping[str, bytes], *, proofs: Path | None = None, jobs: int = 2, progress: Progress = silent
) -> Report:
    """``verify --quick`` of files that are not published yet, in a temporary folder."""
    from derive.campaign.scratch import scratch

    with scratch() as place:
        folder = place / "generated"
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return verify(folder, "quick", jobs=jobs, progress=progress, proofs=proofs)


def publish(build: Build, report: Report, folder: Path) -> Changes:
    """Replace ``folder`` by what was built, if all of it passed and nothing of somebody else's would be lost.

    Raises :class:`CheckFailed` where a check said no, :class:`UsageError` where the folder holds somebody else's files.
    """
    from derive.publish import check_strangers, claim
    from derive.publish import publish as replace

    if not report.ok:
        names = ", ".join(check.name for check in report.failed)
        raise CheckFailed(f"verification failed: {names}", f"{folder} is as it was")
    with claim(folder):
        check_strangers(build.files, folder)
        return replace(build.files, folder)


def known(name: str, names: Sequence[str] | Mapping[str, object]) -> None:
    """Raise :class:`UsageError` with suggestions unless ``name`` is one of ``names``."""
    import difflib

    if name not in names:
        near = difflib.get_close_matches(name, list(names), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "`derive list` names them all"
        raise UsageError(f"there is no theorem or claim {name!r}", hint)
