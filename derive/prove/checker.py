"""Is it a proof? The structure of definitions, theorems and claims, apart from what the decisions say.

This file trusts nobody: not the authors of proofs, not the decisions, whose evidence it looks through when they are
done. It decides no mathematics. What it checks, of everything that is printed or used:

- expressions are made of a fixed alphabet: no function, relation or number that could mean two things;
- a symbol is that of a declared variable, with its domain; no two have one name or one letter;
- a definition says what a new function of independent variables is, all of its parameters among them, and is the only
  one that does; a divergence is one of densities; no formula gives another meaning to a function that has one;
- premises are steps that were decided before, citations are of what was proved before, formulas are definitions or
  proved by what is cited;
- what is stated is what a decided step concludes, under the same conditions; and nothing is empty.

With the decisions (the rest of this folder), SymPy's expressions and python-flint it is all that has to be trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.errors import CheckFailed
from derive.vocabulary.condition import Condition
from derive.vocabulary.formula import Formula, Variable, expm1mx, log1pmx
from derive.vocabulary.step import Counterexample, Definition, OperationCount, Row, Step
from derive.vocabulary.theorem import Claim, Registry, Theorem, Verdict

#: What an expression is made of, besides numbers, symbols and functions that definitions explain.
ALPHABET = frozenset(
    {sp.Add, sp.Mul, sp.Pow, sp.exp, sp.log, sp.erf, sp.Abs, sp.sign, sp.factorial, expm1mx, log1pmx}
    | {sp.Derivative, sp.Subs, sp.Integral, sp.Sum, sp.Tuple, type(sp.E), type(sp.pi)}
)
#: Names that already mean something to a reader, or to a printer.
TAKEN = frozenset(
    "exp log ln sqrt erf erfc abs sign max min sin cos tan pi e oo inf nan expm1mx log1pmx expm1 log1p factorial gamma "
    "cost E N d D".split()
)
RELATIONS = frozenset(("=", "!=", ">", ">=", "<", "<="))
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LETTER = re.compile(r"(?:[A-Za-z]|\\[A-Za-z]+|\\mathrm\{[A-Za-z]+\})(?:_(?:[A-Za-z0-9]|\{[A-Za-z0-9]+\}))?")
_RELATION = re.compile(r"[=<>≤≥≠]|\\(?:le|ge|ne|leq|geq|neq|lt|gt)\b|\bequals\b")
_NO_LETTERS = frozenset(("e", "d", r"\pi", r"\infty", r"\log", r"\exp"))


# --- before the decisions --------------------------------------------------------------------------------------------


def check_theorem(registry: Registry, theorem: Theorem) -> None:
    """Raise :class:`CheckFailed` unless the parts of the theorem belong together."""
    _exact(theorem, Theorem)
    _citations(registry, theorem)
    with named(theorem.id):
        known = _variables(theorem.variables)
        for step in theorem.steps:
            with named(f"{theorem.id}, step {step.name}"):
                _formulas(registry, theorem, step)
                _premises(registry, theorem, step)
                _expressions(_of_step(step), _with_shared(known, step))
        for row in theorem.statement:
            _expressions(_of_row(row), known)
        for formula in theorem.formulas:
            _formula(formula, known)


def _citations(registry: Registry, theorem: Theorem) -> None:
    """Only earlier theorems are cited, and only steps that exist; each step has a name of its own."""
    order = list(registry.theorems)
    for step in theorem.steps:
        with named(f"{theorem.id}, step {step.name}"):
            for cite in step.cites:
                find(registry, cite)
    for id in cited(theorem):
        if id not in registry.theorems or order.index(id) >= order.index(theorem.id):
            raise CheckFailed(f"{theorem.id} cites {id}, which is not proved before it")
    names = [step.name for step in theorem.steps]
    if len(set(names)) < len(names):
        raise CheckFailed(f"{theorem.id} has two steps of one name")


def cited(theorem: Theorem) -> list[str]:
    """The ids of the theorems that it and its steps cite."""
    cites = [*theorem.cites, *(cite for step in theorem.steps for cite in step.cites)]
    return sorted({cite.partition("/")[0] for cite in cites})


def find(registry: Registry, cite: str) -> None:
    """Raise unless there is a theorem of this id, and where one is named, a step of this name in it."""
    id, _, name = cite.partition("/")
    theorem = registry.theorems.get(id)
    if theorem is None or (name and name not in [step.name for step in theorem.steps]):
        raise CheckFailed(f"there is no {cite}")


def _formulas(registry: Registry, theorem: Theorem, step: Step) -> None:
    """What a step unfolds is a definition, or a formula of a theorem that it cites."""
    proved = [formula for id in cited(theorem) for formula in registry.theorems[id].formulas]
    unfolded = (*step.using, step.formula) if isinstance(step, Definition) else step.using
    for formula in unfolded:
        _exact(formula, Formula)
        if formula not in registry.definitions and formula not in proved:
            raise CheckFailed(f"it uses {formula.name}, neither a definition nor proved by a theorem it cites")
    if isinstance(step, Definition) and step.formula not in registry.definitions:
        raise CheckFailed(f"it uses {step.formula.name}, which is no definition")


def _premises(registry: Registry, theorem: Theorem, step: Step) -> None:
    """What a step rests on was decided before it, here or in a theorem that is cited: the very same steps."""
    earlier = [*theorem.steps[: [other is step for other in theorem.steps].index(True)]]
    earlier += [other for id in cited(theorem) for other in registry.theorems[id].steps]
    for premise in step.premises:
        if not any(premise is decided for decided in earlier):
            raise CheckFailed(f"it rests on {premise.name}, which is no step decided before it")


# --- variables and expressions ---------------------------------------------------------------------------------------


def _variables(variables: Sequence[Variable]) -> Mapping[str, sp.Symbol]:
    """The declared symbols by name: no two of one name or one letter, none with a letter that means something else."""
    known: dict[str, sp.Symbol] = {}
    letters: set[str] = set()
    for variable in variables:
        _exact(variable, Variable)
        if not _NAME.fullmatch(variable.name) or variable.name in TAKEN - {"exp", "log", "sqrt"}:
            raise CheckFailed(f"{variable.name!r} is no name of a variable")
        if not _LETTER.fullmatch(variable.latex) or variable.latex in _NO_LETTERS:
            raise CheckFailed(f"{variable.latex!r} is no letter for the variable {variable.name}")
        if variable.name in known or variable.latex in letters:
            raise CheckFailed(f"two variables are called {variable.name} or {variable.latex}")
        known[variable.name] = variable.symbol
        letters.add(variable.latex)
    return known


def _with_shared(known: Mapping[str, sp.Symbol], step: Step) -> Mapping[str, sp.Symbol]:
    """What a count computes first has names of its own, unless it stands for a declared variable."""
    if not isinstance(step, OperationCount):
        return known
    return {**{symbol.name: symbol for symbol, _ in step.shared}, **known}


def _expressions(expressions: Iterable[sp.Basic], known: Mapping[str, sp.Symbol]) -> None:
    for expr in expressions:
        for node in _nodes(expr):
            if node.is_Symbol:
                _symbol(node, known)
            elif node.is_Number:
                if not (node.is_Rational or node in (sp.oo, -sp.oo)):
                    raise CheckFailed(f"{node} is a rounded number, or none, in {expr}")
            elif isinstance(node, AppliedUndef):
                _applied(node)
            elif type(node) not in ALPHABET:
                raise CheckFailed(f"{type(node).__name__} is not in the language of proofs: {expr}")
            elif isinstance(node, sp.Integral | sp.Sum):
                _range(node)


def _nodes(expr: sp.Basic) -> Iterator[sp.Basic]:
    """Every node, of an integral its integrand and its limits too."""
    waiting, count = [expr], 0
    while waiting:
        node = waiting.pop()
        yield node
        if (count := count + 1) > _MOST_NODES:
            raise CheckFailed(f"an expression of more than {_MOST_NODES} nodes")
        waiting += node.args


_MOST_NODES = 4000


def _symbol(symbol: sp.Symbol, known: Mapping[str, sp.Symbol]) -> None:
    declared = known.get(symbol.name)
    if declared is None:
        raise CheckFailed(f"{symbol} is no variable of the theorem", "declare it among its variables, with its domain")
    if type(symbol) is not sp.Symbol or symbol != declared:
        said = sorted(name for name, value in symbol.assumptions0.items() if value != declared.assumptions0.get(name))
        raise CheckFailed(
            f"{symbol} is another symbol than the declared variable of that name: they differ in {', '.join(said)}",
            "take the symbol from the Variable",
        )


def _applied(node: AppliedUndef) -> None:
    """A function whose meaning a definition gives: by its name alone, with no assumptions of its own."""
    if type(node).__name__ in TAKEN - {"cost", "E"}:
        raise CheckFailed(f"{type(node).__name__} is the name of a known function, and here of another one")
    if getattr(type(node), "_kwargs", {}):
        raise CheckFailed(f"the function {type(node).__name__} carries assumptions that no definition states")


def _range(node: sp.Integral | sp.Sum) -> None:
    """The variable of an integral runs through real numbers in its domain, that of a sum through integers in it."""
    if len(node.args) != 2 or len(node.args[1]) != 3:
        raise CheckFailed(f"an integral or a sum by one variable between two limits, not {node}")
    by, lower, _upper = node.args[1]
    if isinstance(node, sp.Sum) != bool(by.is_integer):
        raise CheckFailed(f"{by} is {'no ' if isinstance(node, sp.Sum) else 'an '}integer in {node}")
    least = 0 if by.is_nonnegative else -sp.oo
    if lower.is_number and lower < least:
        raise CheckFailed(f"{by} does not run from {lower}, for its domain begins at {least}: {node}")


def _of_row(row: Row) -> Iterator[sp.Basic]:
    _exact(row, Row)
    if row.relation not in RELATIONS:
        raise CheckFailed(f"{row.relation!r} is no relation")
    yield from (side for side in (row.lhs, row.rhs) if side is not None)
    yield from _of_conditions(row.where, RELATIONS - {"="})
    yield from _of_conditions(row.only_at, frozenset("="))


def _of_conditions(conditions: Iterable[Condition], relations: frozenset[str]) -> Iterator[sp.Basic]:
    for condition in conditions:
        _exact(condition, Condition)
        if condition.relation not in relations:
            raise CheckFailed(f"{condition.relation!r} is no relation of a condition: {condition.text}")
        yield from (condition.lhs, condition.rhs)


def _of_step(step: Step) -> Iterator[sp.Basic]:
    """All that a step says: its rows, its conditions, and the expressions it was given."""
    yield from chain.from_iterable(_of_row(row) for row in step.rows())
    yield from _of_conditions(step.where, RELATIONS - {"="})
    for name, value in vars(step).items():
        if name in step.__dataclass_fields__ and isinstance(value, sp.Basic):
            yield value


# --- definitions and formulas ----------------------------------------------------------------------------------------


def check_definitions(registry: Registry) -> None:
    """Each definition explains a new function of independent variables by what is explained before it."""
    explained: set[str] = set()
    for formula in registry.definitions:
        with named(f"definition {formula.name}"):
            _exact(formula, Formula)
            head = type(formula.head).__name__
            if not formula.defines:
                raise CheckFailed(f"{formula.head} is no function of independent variables")
            if head in TAKEN:
                raise CheckFailed(f"{head} has a meaning already")
            if head in explained:
                raise CheckFailed(f"{head} is defined a second time")
            known = _variables(formula.variables)
            if tuple(known.values()) != formula.head.args:
                raise CheckFailed(f"its variables are not those of {formula.head}, in order")
            hidden = {str(symbol) for symbol in formula.expr.free_symbols - set(formula.head.args)}
            if hidden:
                raise CheckFailed(f"{formula.head} hides that it depends on {', '.join(sorted(hidden))}")
            bound = {
                symbol.name: symbol for node in formula.expr.atoms(sp.Integral, sp.Sum) for symbol in node.bound_symbols
            }
            if set(bound) & set(known):
                raise CheckFailed(f"{', '.join(sorted(set(bound) & set(known)))} is bound in it and free")
            _expressions((formula.head, formula.expr, *_of_conditions(formula.where, RELATIONS)), {**known, **bound})
            unexplained = {type(node).__name__ for node in formula.expr.atoms(AppliedUndef)} - explained
            if unexplained:
                raise CheckFailed(f"{', '.join(sorted(unexplained))} is not defined before it")
            if head == "KL" or head.startswith("KL_"):
                _divergence(formula)
            explained.add(head)


def _divergence(formula: Formula) -> None:
    """The integral, or the sum, of p log(p/q), where the first half of the arguments is that of p, the second of q."""
    half = len(formula.head.args) // 2
    first, second = formula.head.args[:half], formula.head.args[half:]
    whole = formula.expr
    densities = sorted(whole.atoms(AppliedUndef), key=lambda node: node.args[1:] != first)
    if isinstance(whole, sp.Integral | sp.Sum) and len(densities) == 2:
        p, q = densities
        by = whole.args[1][0]
        wanted = sp.Mul(p, sp.log(sp.Mul(p, sp.Pow(q, -1))))
        if (p.args, q.args) == ((by, *first), (by, *second)) and whole.args[0].doit(deep=True) == wanted:
            return
    raise CheckFailed(f"{formula.head} is no integral or sum of p log(p/q) for the densities p and q of its arguments")


def _formula(formula: Formula, known: Mapping[str, sp.Symbol]) -> None:
    """A formula that is proved: of declared variables, and no new meaning for a function."""
    with named(f"formula {formula.name}"):
        _exact(formula, Formula)
        if not _NAME.fullmatch(formula.name):
            raise CheckFailed(f"{formula.name!r} is no name of a formula")
        mine = _variables(formula.variables)
        if not set(mine.values()) <= set(known.values()):
            raise CheckFailed("its variables are not among those of the theorem")
        if type(formula.head).__name__ == "cost" or not (isinstance(formula.head, AppliedUndef | sp.Derivative)):
            raise CheckFailed(f"{formula.head} is no function or derivative that it could be a formula for")
        _expressions((formula.head, formula.expr, *_of_conditions(formula.where, RELATIONS - {"="})), mine)


# --- after the decisions ---------------------------------------------------------------------------------------------


def check_evidence(theorem: Theorem, decided: Sequence[tuple[str, str]]) -> None:
    """Every step was decided, in order, and what is stated is what they conclude. Nothing is empty.

    ``decided`` names the steps, each with how it was decided.
    """
    if [name for name, _ in decided] != [step.name for step in theorem.steps] or not all(how for _, how in decided):
        raise CheckFailed(f"{theorem.id}: a step is without evidence")
    concluded = [row for step in theorem.steps for row in step.conclusions()]
    for row in (*theorem.statement, *(Row(f.head, "=", f.expr, where=f.where) for f in theorem.formulas)):
        _is_concluded(theorem.id, row, concluded)
    if not theorem.title.strip():
        raise CheckFailed(f"{theorem.id} has no title")
    if _RELATION.search(theorem.title):
        raise CheckFailed(f"{theorem.id}: a title names a claim, and its statement makes it: {theorem.title}")
    if not theorem.steps or not theorem.statement:
        raise CheckFailed(f"{theorem.id} has no {'statement' if theorem.steps else 'steps'}")


def _is_concluded(id: str, row: Row, concluded: Sequence[Row]) -> None:
    said = f"{row.lhs} {row.relation} {row.rhs}"
    found = [c for c in concluded if (c.lhs, c.relation, c.rhs) == (row.lhs, row.relation, row.rhs)]
    if row.lhs is None or not found:
        raise CheckFailed(f"{id}: no step concludes {said}")
    for conclusion in found:
        same = set(conclusion.where) == set(row.where)
        if set(conclusion.where) <= set(row.where) and (
            not row.only_at or (same and row.only_at == conclusion.only_at)
        ):
            return
    under = "; or ".join(", ".join(c.text for c in (*row.where, *row.only_at)) or "all values" for row in found)
    raise CheckFailed(f"{id}: {said} is concluded for {under} only", "say so with where=, or leave out only_at=")


def check_claims(registry: Registry) -> None:
    """A verdict rests on evidence that exists; what is refuted or shown by a counterexample, on that counterexample."""
    for claim in registry.claims:
        with named(f"claim {claim.id}"):
            _exact(claim, Claim)
            for evidence in claim.evidence:
                find(registry, evidence)
            if claim.verdict is not Verdict.UNTESTED and not claim.evidence:
                raise CheckFailed(f"it is said to be {claim.verdict.value}, without evidence")
            if not (claim.text.strip() and claim.because.strip()):
                raise CheckFailed("a claim says something, and why its verdict is what it is")
            if claim.counterexample is not None:
                _shown(registry, claim)


def _shown(registry: Registry, claim: Claim) -> None:
    cited = (evidence.partition("/") for evidence in claim.evidence)
    steps = (s for id, _, name in cited for s in registry.theorems[id].steps if not name or s.name == name)
    if not any(isinstance(s, Counterexample) and dict(s.at) == dict(claim.counterexample or {}) for s in steps):
        raise CheckFailed("its counterexample is that of no step in its evidence")


def check_names(registry: Registry) -> None:
    """Ids and names of formulas are permanent, so there is one thing for each."""
    for id, theorem in registry.theorems.items():
        if id != theorem.id or not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", id):
            raise CheckFailed(f"{theorem.id!r} is no id, or stands under another one, {id!r}")
    formulas = [f.name for theorem in registry.theorems.values() for f in theorem.formulas]
    for names in (formulas, [claim.id for claim in registry.claims], [f.name for f in registry.definitions]):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise CheckFailed(f"the name {', '.join(twice)} is given twice")


# --- how failures are told -------------------------------------------------------------------------------------------


def _exact(record: object, kind: type) -> None:
    if type(record) is not kind:
        raise CheckFailed(f"{type(record).__name__} stands where a {kind.__name__} belongs")


class named:  # noqa: N801 - used as a statement
    """Failures inside say where they are."""

    def __init__(self, where: str) -> None:
        self.where = where

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, failure: BaseException | None, _trace: object) -> None:
        if isinstance(failure, CheckFailed) and not getattr(failure, "placed", False):
            failure.message = f"{self.where}: {failure.message}"
            failure.args, failure.placed = (failure.message,), True  # type: ignore[attr-defined]
