"""A false statement that must fail in every run, beside a true one that must not: a compiler that says yes is caught.

Both say that the integral of a divergence is its closed form plus p q - r, for numbers drawn anew in each run; in the
true one p q - r is nothing. Nobody who does not compute can tell which of the two is which.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from derive.judge.compiler import run
from derive.judge.project import QUERY
from derive.report import Check, Status

NAME = "coq: a false statement is refused, a true one accepted"

_TEXT = """\
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Statements.
Open Scope R_scope.
Theorem control : forall mu std : R, 0 < std -> is_kl (normal_density mu std) (normal_density 0 1)
  (- ln std + (std ^ 2 + mu ^ 2) / 2 - 1 / 2 + ({p} * {q} - {r})).
Proof.
solve_kl_integral.
Qed.
"""
#: The proof begins here: what fails before it is not the proof.
_PROOF = _TEXT.split("\n").index("Proof.") + 1


def check(folder: Path) -> Check:
    """Have both compiled, in an order that is drawn; the library has to be compiled already."""
    p, q = (1000 + secrets.randbelow(9000) for _ in range(2))
    off = (1 + secrets.randbelow(9)) * secrets.choice((-1, 1))
    place = folder / QUERY / f"Control{secrets.token_hex(4)}.v"
    place.parent.mkdir(parents=True, exist_ok=True)
    fault = ""
    try:
        for true in secrets.choice(((True, False), (False, True))):
            place.write_text(_TEXT.format(p=p, q=q, r=p * q + (0 if true else off)), encoding="utf-8")
            code, _, errors = run(place, folder)
            fault = fault or (_accepted(code, errors) if true else _refused(code, errors))
    finally:
        for path in place.parent.glob(f"*{place.stem}*"):
            path.unlink()
    return Check(NAME, Status.FAILED if fault else Status.PASSED, fault or f"off by {abs(off)}")


def _accepted(code: int, errors: str) -> str:
    return f"the true one is refused: {' '.join(errors.split())[:200]}" if code else ""


def _refused(code: int, errors: str) -> str:
    """Empty where coqc refuses, and in the proof: a file that it cannot read would prove nothing."""
    if not code:
        return "coqc accepts a false statement: nothing that it says counts"
    line = re.search(r"line (\d+)", errors)
    if line is None or int(line[1]) < _PROOF:
        return f"the false one is refused for another reason: {' '.join(errors.split())[:200]}"
    return ""
