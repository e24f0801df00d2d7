"""A statement says its condition in every form: LaTeX, Unicode, JSON and Coq state one theorem."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
import sympy as sp
from derive.proofs import REGISTRY, stability

from derive.emit.conditions import comparisons
from derive.emit.coq.statements import Statement, of_theorem
from derive.emit.latex import emit, emitted_fragments
from derive.emit.letters import plain
from derive.emit.unicode import formula_line
from derive.errors import CheckFailed
from derive.prove import check
from derive.views import theorems
from derive.vocabulary.theorem import Condition, Domain, Formula, Row, Theorem, Variable

THEOREMS = list(REGISTRY.theorems.values())


def files(registry: object) -> dict[str, str]:
    theorems = registry.theorems.values()  # type: ignore[attr-defined]
    checked = tuple(SimpleNamespace(theorem=t, digest=t.digest) for t in theorems)
    material = SimpleNamespace(registry=registry, kernels=(), checked=checked)
    found = {**emit(material), **dict(fragment.file() for fragment in emitted_fragments(material))}
    return {path: as_on_a_wide_line(data.decode()) for path, data in found.items()}


def as_on_a_wide_line(text: str) -> str:
    """The first of the forms that a row has, without the macros that choose."""
    for macro, forms in ((r"\derivewide", 3), (r"\deriveform", 2), (r"\derivefit", 2), (r"\derivesqueeze", 1)):
        while (start := text.find(macro + "{")) >= 0:
            end, parts = start + len(macro), []
            for _ in range(forms):
                begin, depth = end, 0
                while depth or end == begin:
                    depth += {"{": 1, "}": -1}.get(text[end], 0) * (text[end - 1] != "\\")
                    end += 1
                parts.append(text[begin + 1 : end - 1])
            text = text[:start] + parts[0] + text[end:]
    return text


LATEX = files(REGISTRY)

#: What stands between the words and the end of the condition, in each form.
FOR = {
    "latex": r"\\text\{for \}(.*?)(?=\s*\\quad|\s*\\deriveqed|%|\\\\|$)",
    "unicode": r"  for (.*?)(?=, with equality|    \(|$)",
}
ONLY = {
    "latex": r"\\text\{with equality only at \}(.*?)(?=%|\\\\|$)",
    "unicode": r"(?:  |, )with equality only at (.*?)(?=    \(|$)",
}
SPELLED = {
    r"\tfrac12": "1 / 2",
    "≤": "<=",
    "≥": ">=",
    "≠": "<>",
    "∞": "oo",
    r"\le": "<=",
    r"\ge": ">=",
    r"\ne": "<>",
    "−": "-",
}


def read(text: str, form: str, what: dict[str, str], theorem: Theorem) -> set[str]:
    """The conditions that a printed row carries, as Coq spells them: ``1 <= var``, the smaller side on the left."""
    letters = {(v.latex if form == "latex" else plain(v.latex)): v.name for v in theorem.variables}
    spelled = "|".join(map(re.escape, sorted(letters, key=len, reverse=True)))
    letter = re.compile(rf"(?<![A-Za-z\\])(?:{spelled})(?![A-Za-z_])")
    found = set()
    for part in (p for said in re.findall(what[form], text, re.MULTILINE) for p in re.split(r", (?![^(]*\))", said)):
        part = letter.sub(lambda m: letters[m[0]], part)
        for sign, spelled in SPELLED.items():
            part = part.replace(sign, spelled)
        left, *pairs = re.split(r"\s+(<=?|>=?|<>|=)\s+", part.strip())
        for relation, right in zip(pairs[::2], pairs[1::2], strict=True):
            ends = (right, relation.replace(">", "<"), left) if relation[0] == ">" else (left, relation, right)
            found.add(" ".join(ends))
            left = right
    return found


def fragments(theorem: Theorem) -> list[str]:
    single = LATEX.get(f"latex/statement-{theorem.id}.tex")
    if single is not None:
        return [single]
    found = []
    while (text := LATEX.get(f"latex/statement-{theorem.id}-{len(found) + 1}.tex")) is not None:
        found.append(text)
    return found


def spelled(condition: Condition) -> str:
    """As Coq spells it."""
    text = re.sub(r"^(.*) (>=?) (.*)$", lambda m: f"{m[3]} {m[2].replace('>', '<')} {m[1]}", condition.text)
    return text.replace("!=", "<>")


def domains(theorem: Theorem) -> set[str]:
    """What Coq states as a hypothesis, LaTeX where a row alone needs it (test_latex_files.py), and no row itself."""
    return {f"0 < {v.name}" for v in theorem.variables if v.domain is Domain.POSITIVE}


def hypotheses(statement: Statement, theorem: Theorem) -> set[str]:
    return {re.sub(r"\((-\d+)\)", r"\1", h) for h in statement.hypotheses} - domains(theorem)


def curried(conditions: set[str]) -> frozenset[str]:
    """``f(x, y)`` as Coq writes it: ``f x y``."""
    call = re.compile(r"(\w+)\(([^()]*)\)")
    return frozenset(call.sub(lambda m: " ".join([m[1], *m[2].split(", ")]), text) for text in conditions)


@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda theorem: theorem.id)
def test_latex_and_coq_ask_the_same(theorem: Theorem) -> None:
    stated = {(s.head, s.value): s for s in of_theorem(theorem)}
    if stated:
        said = [curried(read(text, "latex", FOR, theorem) - domains(theorem)) for text in fragments(theorem)]
        asked = [frozenset(hypotheses(s, theorem)) for s in list(stated.values())]
        assert set(said) <= set(asked)
        steps = "".join(LATEX[f"latex/proof-{theorem.id}.tex"])
        assert set().union(*asked) <= curried(read(steps, "latex", FOR, theorem)), (
            "Coq asks what the proof does not say"
        )


@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda theorem: theorem.id)
def test_every_form_says_the_conditions_of_every_row(theorem: Theorem) -> None:
    rows = [row for row in theorem.statement if row.where or row.only_at]
    record = theorems.as_record(theorem)["statement"]
    assert isinstance(record, list)
    page = theorems.as_text(theorem, REGISTRY).partition("Proof")[0]
    aligned = LATEX[f"latex/statement-{theorem.id}-align.tex"]
    latex, unicode = ("\n".join(fragments(theorem)), aligned), ("\n".join(record), page)
    for form, text in (*(("latex", text) for text in latex), *(("unicode", text) for text in unicode)):
        for what, field in ((FOR, "where"), (ONLY, "only_at")):
            wanted = {spelled(condition) for row in rows for condition in getattr(row, field)}
            own = domains(theorem) if form == "latex" else set()
            assert read(text, form, what, theorem) - own == wanted - own, (form, field)


def test_the_bound_on_what_is_left_after_cancellation_says_where_it_holds() -> None:
    """g(0, v) at v = 1/2 is above (v - 1)^2/4: without its condition the statement is false."""
    text = LATEX["latex/statement-stability-3.tex"].splitlines()[-1]
    assert text.endswith(r"\quad\text{for }v \ge 1 \quad\text{with equality only at }v = 1%")
    assert r"\text{for }v \ge 1" in LATEX["latex/statement-stability-align.tex"]


def test_a_statement_that_loses_its_condition_is_refused() -> None:
    theorem = REGISTRY.theorems["stability"]
    bare = tuple(replace(row, where=()) for row in theorem.statement)
    registry = replace(REGISTRY, theorems={**REGISTRY.theorems, "stability": replace(theorem, statement=bare)})
    with pytest.raises(CheckFailed, match=r"is concluded for .* only"):
        check(registry, "stability")
    other = replace(stability.cancellation.conclusion, where=(Condition(stability.v, ">=", sp.Integer(0)),))
    registry = replace(REGISTRY, theorems={**REGISTRY.theorems, "stability": replace(theorem, statement=(other,))})
    with pytest.raises(CheckFailed, match="is concluded for var >= 1"):
        check(registry, "stability")


T = Variable("t", "t", Domain.REAL, "a number")
t = T.symbol
ABOVE = Condition(t, ">", sp.Integer(-1))
BELOW = Condition(t, "<=", sp.Integer(2))


def test_a_formula_says_its_condition_too() -> None:
    formula = Formula("h", sp.Function("h")(t), (T,), sp.log(1 + t), where=(ABOVE, BELOW))
    assert formula_line(formula) == "h(t) = log(1+t)  for −1 < t ≤ 2"
    assert formula.digest != replace(formula, where=()).digest


def test_two_bounds_of_the_same_are_read_as_one_comparison() -> None:
    assert comparisons((BELOW, Condition(t, "!=", sp.Integer(0)), ABOVE)) == (
        ((sp.Integer(-1), t, sp.Integer(2)), ("<", "<=")),
        ((t, sp.Integer(0)), ("!=",)),
    )
    assert len(comparisons((ABOVE, Condition(t, ">", sp.Integer(0))))) == 2


def test_a_digest_depends_on_the_condition() -> None:
    theorem = REGISTRY.theorems["stability"]
    row = stability.cancellation.conclusion
    bare = Row(row.lhs, row.relation, row.rhs)
    said = (row, replace(row, where=()), replace(row, only_at=()), bare)
    assert len({replace(theorem, statement=(row,)).digest for row in said}) == 4
