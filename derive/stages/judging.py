"""Coq's turn: the library in proofs/coq and the emitted statements, given to ``derive.judge``, which knows no SymPy.

What a judgement has accepted on this machine is remembered, and said of exactly those statements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from derive.report import Progress

if TYPE_CHECKING:
    from derive.judge.judgement import Judgement
    from derive.vocabulary.theorem import Registry


def judged(registry: Registry) -> frozenset[str]:
    """The statements for Coq, theorem and proof, that the last good judgement on this machine accepted as they are."""
    from derive.emit import Material
    from derive.emit.coq import emit
    from derive.judge import memory, project
    from derive.judge.compiler import cache_folder

    sources = project.read(library(), emit(Material(registry, (), (), (), (), ())))
    return memory.accepted(cache_folder(library()), sources)


def judge(
    load: Callable[[], Registry],
    emitted: Callable[[], Mapping[str, bytes]],
    files: Mapping[str, bytes] | None,
    *,
    jobs: int,
    whole: bool,
    progress: Progress,
    require_tools: bool,
) -> Judgement:
    """The judgement of ``files``, else of what is emitted now, unless nothing has changed since the last one."""
    from derive.emit.coq.statements import without_counterpart
    from derive.judge import again, check, memory
    from derive.judge.compiler import cache_folder
    from derive.judge.tools import coqc

    folder = cache_folder(library())
    key = memory.digest([_own_sources(), library().parent], ["sympy", "python-flint", "mpmath"])
    known = memory.recall(folder, key) if files is None and coqc() is not None else None
    if known is not None:
        progress("coq: nothing has changed since the last run")
        judgement = again(known, folder, progress=progress, whole=whole, require_tools=require_tools)
    else:
        judgement = check(
            library(),
            emitted() if files is None else files,
            jobs=jobs,
            cache=folder,
            without=without_counterpart(load()),
            progress=progress,
            whole=whole,
            require_tools=require_tools,
        )
    memory.keep(folder, key, judgement)
    return judgement


def library() -> Path:
    """The folder of the Coq library, beside the proofs."""
    return _origin("derive.proofs") / "coq"


def _own_sources() -> Path:
    return _origin("derive")


def _origin(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent
