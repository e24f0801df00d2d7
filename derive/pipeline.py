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
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from derive.errors import CheckFailed, UsageError
from derive.report import Advance, Progress, Report, silent, uncounted

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from derive.bench.accuracy import Errors
    from derive.document.contents import Contents
    from derive.emit import Material
    from derive.judge.judgement import Judgement
    from derive.lower import Lowered
    from derive.pictures.style import Picture
    from derive.prove import CheckedTheorem
    from derive.publish import Changes
    from derive.verify.emitted import Files
    from derive.vocabulary.theorem import Claim, Registry, Theorem

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
    from derive import proof_folder
    from derive.requirements import require_dependencies

    require_dependencies()
    registry = _own_proofs()
    return registry if proofs is None else proof_folder.extended(registry, proofs)


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

    Each is decided in a process of its own, which the system ends at the limits of :mod:`derive.proving`, whatever its
    author wrote. ``derive.prove.check``, which decides in the process that calls it, has the limits of a step alone.

    A claim stands for the theorems that are its evidence.

    Raises :class:`CheckFailed` naming theorem, step and, where there is one, a counterexample; :class:`UsageError` for
    an id that does not exist.
    """
    from derive.proving import proved

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
    from derive.proving import proved
    from derive.readback import check

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
    from derive import proof_folder
    from derive.verify.emitted import Files

    return None if proofs is None else Files(proof_folder.records(proofs))


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
    from derive.judge import again, check, memory
    from derive.judge.compiler import cache_folder
    from derive.judge.tools import coqc

    library = _coq_library()
    folder = cache_folder(library)
    key = memory.digest([Path(__file__).parent, library.parent], ["sympy", "python-flint", "mpmath"])
    if files is None and coqc() is not None:
        known_already = memory.recall(folder, key)
        if known_already is not None:
            progress("coq: nothing has changed since the last run")
            known_already = again(known_already, folder, progress=progress, whole=whole, require_tools=tools_required())
            memory.keep(folder, key, known_already)
            return known_already
    from derive.emit.coq.statements import without_counterpart

    judgement = check(
        library,
        _coq_files(progress) if files is None else files,
        jobs=jobs,
        cache=folder,
        without=without_counterpart(load()),
        progress=progress,
        whole=whole,
        require_tools=tools_required(),
    )
    memory.keep(folder, key, judgement)
    return judgement


def judged(registry: Registry) -> frozenset[str]:
    """The statements for Coq, theorem and proof, that the last good judgement on this machine accepted as they are."""
    from derive.emit import Material
    from derive.emit.coq import emit
    from derive.judge import memory, project
    from derive.judge.compiler import cache_folder

    library = _coq_library()
    sources = project.read(library, emit(Material(registry, (), (), (), (), ())))
    return memory.accepted(cache_folder(library), sources)


def coq_mutants(*, sample: int | None = None, jobs: int = 2, progress: Progress = silent) -> Report:
    """Change the emitted Coq statements one token at a time: is one of the changed ones still proved?"""
    from derive.judge.mutants import campaign

    files = _coq_files(progress)
    return campaign(_coq_library(), files, sample=sample, jobs=jobs, progress=progress, require_tools=tools_required())


def _coq_library() -> Path:
    from importlib.util import find_spec

    spec = find_spec("derive.proofs")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "coq"


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


def show(
    name: str,
    form: Literal["text", "plain", "latex", "coq"] = "text",
    *,
    proofs: Path | None = None,
    width: int | None = None,
) -> str:
    """A theorem with its steps, or a claim with its evidence, for a terminal, for a screen reader, or for a paper.

    ``coq`` is what of a theorem is stated for Coq. ``width`` is that of the terminal, in letters.
    """
    from derive import show
    from derive.vocabulary.theorem import Claim

    registry = load(proofs)
    entry = _entry(name, registry)
    if form == "latex":
        return show.as_latex(entry)
    if form == "plain":
        return show.as_plain(entry, registry, judged(registry))
    if form == "coq":
        if isinstance(entry, Claim):
            raise UsageError(
                f"{name} is a claim; theorems are stated for Coq", f"`derive show {name}` names those it rests on"
            )
        return show.as_coq(entry, judged(registry))
    return show.as_text(entry, registry, judged(registry), width or show.WIDTH)


def told(checked: CheckedTheorem) -> str:
    """What was proved of a theorem, in formulas, and how each step was decided, for a terminal."""
    from derive import show

    return show.as_proved(checked.theorem, {evidence.step: evidence.how for evidence in checked.evidence})


def listing(*, proofs: Path | None = None, width: int | None = None) -> str:
    """The theorems and claims, a line or two each, for a terminal of ``width`` letters."""
    from derive import show

    registry = load(proofs)
    return show.as_list(registry, judged(registry), width or show.WIDTH)


def kernels(*, proofs: Path | None = None) -> list[dict[str, object]]:
    """Each kernel with the terms that its rule was read as, and the plans that match its shape."""
    from derive.lower import served

    return [
        {"kernel": entry.kernel, "terms": list(entry.terms), "plans": list(entry.plans)}
        for entry in served(load(proofs))
    ]


def bounds(
    names: Sequence[str] = (), *, proofs: Path | None = None
) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    """The rounding analysis alone, run now: what it finds of these kernels, or of all, as ``manifest.json`` has it."""
    from derive.emit.manifest import bounds as table
    from derive.lower import analysed

    return table(analysed(load(proofs), names))


def budget(name: str, *, proofs: Path | None = None) -> list[dict[str, object]]:
    """The proved error of a kernel for C in binary64 line by line, function by function, in units of 2^-53."""
    from derive.emit.c.printer import statements
    from derive.lower import budget as sections

    found: list[dict[str, object]] = []
    for section in sections(load(proofs), name):
        texts = statements(section.function)
        lines = [
            {"statement": texts[line.node], "roundings": line.roundings, "units": line.share} for line in section.lines
        ]
        found.append(
            {
                "function": section.function.name,
                "computes": section.function.doc,
                "lines": lines,
                "products": section.products,
                "left_out": section.left_out,
                "approximation": section.approximation,
                "total": section.total,
            }
        )
    return found


def tables() -> str:
    """The tables of the README, in Markdown."""
    from derive import show

    return show.as_markdown(load())


def record(name: str, *, proofs: Path | None = None) -> dict[str, object]:
    """The same as data."""
    from derive import show

    registry = load(proofs)
    return show.as_record(_entry(name, registry), judged(registry))


def pictures(errors: Sequence[Errors] = (), *, proofs: Path | None = None) -> tuple[Picture, ...]:
    """What the theorems say and what was measured, to be drawn; without ``errors``, none of those."""
    from derive.pictures import functions, measured, trained

    drawn = (*functions.pictures(load(proofs)), trained.latent_picture(), measured.sign_picture())
    return (*drawn, measured.error_picture(errors)) if errors else drawn


def report(folder: Path, *, worst: Path | None = None, progress: Progress = silent) -> Contents:
    """What a page or a paper says: the claims, every theorem as proved now, and the kernels in ``folder``.

    ``worst`` is a table of worst inputs that :func:`hunt` wrote; by default, the one that the headers are made from.
    Each step is decided again, so that nothing is said to be proved unless this run has found so.
    """
    from derive.document import kernels
    from derive.document.contents import Contents
    from derive.proving import proved

    tables = kernels.bounds(folder) + kernels.worst_inputs(folder, worst)
    registry, checked = proved(load, None, None, progress)
    return Contents(registry, checked, judged(registry), tables)


def page(contents: Contents, made: Sequence[Picture]) -> str:
    """One HTML page of it, with pictures."""
    from derive.document.page import Figure
    from derive.document.page import page as written
    from derive.pictures import style

    return written(contents, [Figure(picture.name, style.inline(picture), picture.caption) for picture in made])


def paper(contents: Contents, made: Sequence[Picture]) -> bytes:
    """The same as a PDF, set by TeX."""
    from derive.campaign.scratch import scratch
    from derive.document import paper as written
    from derive.pictures import style

    captions = {picture.name: picture.caption for picture in made}
    with scratch() as place:
        for picture in made:
            style.save(picture, place / f"{picture.name}.pdf", "text")
        return written.typeset(written.source(contents, captions), place)


def _entry(name: str, registry: Registry) -> Theorem | Claim:
    claims = {claim.id: claim for claim in registry.claims}
    known(name, [*registry.theorems, *claims])
    return registry.theorems.get(name) or claims[name]


def known(name: str, names: Sequence[str] | Mapping[str, object]) -> None:
    """Raise :class:`UsageError` with suggestions unless ``name`` is one of ``names``."""
    import difflib

    if name not in names:
        near = difflib.get_close_matches(name, list(names), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "`derive list` names them all"
        raise UsageError(f"there is no theorem or claim {name!r}", hint)
