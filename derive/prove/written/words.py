r"""Relations in words: what a reason, an assumption or a claim states in a formula is decided, or it is refused.

Words are the author's. A relation between dollar signs reads as mathematics all the same, so each is read here, and has
to be one of these, of the rows that it stands beside:

- a row or a condition of theirs;
- the name of an argument: of a parameter of a function that they hold ($\sigma = e^\rho$ beside $f(\mu, e^\rho)$), of
  the place of a counterexample, or, where the letter means nothing else, of a part of them;
- or it follows, for all values of the variables under their conditions, by the definitions and formulas they use.

Outside of dollar signs there is no relation at all. What the other words say, nothing checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sympy as sp

from derive.errors import CheckFailed
from derive.prove.ball import Undecided
from derive.prove.checker import named
from derive.prove.expressions import difference
from derive.prove.ground import Disproved, Ground
from derive.prove.normal_form import normal_form
from derive.prove.written.language import has_relation
from derive.prove.written.names import LETTER
from derive.prove.written.reading import read, tokens
from derive.vocabulary.condition import Condition
from derive.vocabulary.formula import Formula, Variable
from derive.vocabulary.step import Definition, Row, Step
from derive.vocabulary.theorem import Claim, Registry, Theorem

_RELATIONS = {"=": "=", "<": "<", ">": ">", r"\le": "<=", r"\ge": ">=", r"\ne": "!="}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def check_words(registry: Registry, theorem: Theorem) -> None:
    """Raise :class:`CheckFailed` where the words of a theorem state what is not decided. Its steps have to be."""
    rows = tuple(row for step in theorem.steps for row in step.rows())
    used = tuple(dict.fromkeys(formula for step in theorem.steps for formula in step.using))
    whole = Context((*theorem.statement, *rows), theorem.variables, registry.definitions, used)
    of_rows = [row.reason for row in theorem.statement if row.reason not in {row.reason for row in rows}]
    idea = theorem.short.idea if theorem.short else ""
    whole = whole.check(*theorem.assumptions, idea, *of_rows)
    for step in theorem.steps:
        with named(f"{theorem.id}, step {step.name}"):
            replace(whole, rows=step.rows(), using=step.using, at=getattr(step, "at", {})).check(step.reason)
    defined = [step.formula for step in theorem.steps if isinstance(step, Definition)]
    for formula in dict.fromkeys((*theorem.formulas, *defined, *used)):
        with named(f"formula {formula.name}"):
            row = Row(formula.head, "=", formula.expr, where=formula.where)
            Context((row,), formula.variables, registry.definitions).check(formula.meaning)


def check_claim_words(registry: Registry, claim: Claim) -> None:
    """The same for a claim: its words stand beside the rows of its evidence."""
    steps, variables = list[Step](), list[Variable]()
    for evidence in claim.evidence:
        id, _, name = evidence.partition("/")
        variables += registry.theorems[id].variables
        steps += [step for step in registry.theorems[id].steps if not name or step.name == name]
    rows = tuple(row for step in steps for row in step.rows())
    used = tuple(dict.fromkeys(formula for step in steps for formula in step.using))
    context = Context(rows, tuple(dict.fromkeys(variables)), registry.definitions, used, claim.counterexample or {})
    context.check(claim.text, claim.because)


@dataclass(frozen=True)
class Context:
    """What words stand beside: rows, and the letters and functions in them."""

    rows: tuple[Row, ...]
    variables: tuple[Variable, ...]
    definitions: tuple[Formula, ...]
    using: tuple[Formula, ...] = ()
    at: Mapping[str, sp.Expr] = field(default_factory=dict)  # the place of a counterexample, by the names of variables
    letters: Mapping[str, sp.Expr] = field(default_factory=dict)  # those that words introduced

    def check(self, *texts: str) -> Context:
        """Raise :class:`CheckFailed` where a relation is none of those that may stand; with the letters introduced."""
        context, found = self, list[tuple[str, list[str]]]()
        for text in texts:
            words, formulas = text.split("$")[0::2], text.split("$")[1::2]
            if any(map(has_relation, words)):
                raise CheckFailed(f"a relation outside of a formula: {text}", "write formulas between dollar signs")
            found += [(formula, tokens(formula)) for formula in formulas if has_relation(formula)]
        for _, said in found:
            context = context._introducing(said)
        for formula, said in found:
            if not all(context._stands(*relation) for relation in context._relations(said)):
                raise CheckFailed(f"words say ${formula}$, which is not decided here", "prove it as a row of its own")
        return context

    # --- reading

    def _holds(self, letter: str) -> bool:
        meaning = self._meanings.get(letter)
        return meaning is not None and any(meaning.free_symbols & row.free_symbols for row in self.rows)

    @property
    def _formulas(self) -> tuple[Formula, ...]:
        return (*self.definitions, *self.using)

    @property
    def _meanings(self) -> dict[str, sp.Expr]:
        """Of letters: a variable; a function of one variable, which its letter alone names too; what was introduced."""
        held = {symbol for row in self.rows for symbol in row.free_symbols}
        values = {type(f.head).__name__: f.head for f in self.definitions if f.defines and len(f.variables) == 1}
        mine = {variable.latex: variable.symbol for variable in self.variables}
        return {name: head for name, head in values.items() if head.free_symbols <= held} | mine | dict(self.letters)

    def _read(self, said: Sequence[str]) -> sp.Expr:
        parameters = {v.latex: v.symbol for formula in self._formulas for v in formula.variables}
        functions = {type(f.head).__name__: f.head.func for f in self.definitions if f.defines}
        return read(said, parameters | self._meanings, functions)

    def _introducing(self, said: Sequence[str]) -> Context:
        """With the letter of ``letter = part`` where the rows do not hold it, and do hold the part."""
        letter, *rest = said
        if rest[:1] != ["="] or not LETTER.fullmatch(letter) or set(_RELATIONS) & {*rest[1:]} or self._holds(letter):
            return self
        part = self._read(rest[1:])
        if not any(_same(part, node) for node in self._nodes()):
            return self
        return replace(self, letters={**self.letters, letter: part})

    def _relations(self, said: Sequence[str]) -> Iterator[tuple[sp.Expr, str, sp.Expr]]:
        """``a < b < c`` is a < b and b < c."""
        sides, signs = [list[str]()], list[str]()
        for token in said:
            if token in _RELATIONS:
                signs.append(_RELATIONS[token])
                sides.append([])
            else:
                sides[-1].append(token)
        values = [self._read(side) for side in sides]
        yield from zip(values, signs, values[1:], strict=False)

    # --- deciding

    def _stands(self, left: sp.Expr, relation: str, right: sp.Expr) -> bool:
        if relation == "=" and left.is_Symbol and any(_same(right, given) for given in self._given_to(left)):
            return True
        return any(_states(known, left, relation, right) for known in self._known()) or self._follows(
            left, relation, right
        )

    def _nodes(self) -> Iterator[sp.Basic]:
        for row in self.rows:
            for side in (row.lhs, row.rhs):
                if side is not None:
                    yield from sp.preorder_traversal(side)

    def _given_to(self, parameter: sp.Symbol) -> Iterator[sp.Expr]:
        """What stands for a parameter in the rows, or at the place of a counterexample."""
        if parameter.name in self.at:
            yield self.at[parameter.name]
        for node in self._nodes():
            if isinstance(node, sp.Subs):
                yield from (value for symbol, value in zip(*node.args[1:], strict=True) if symbol == parameter)
            for head in (f.head for f in self._formulas if f.defines and f.head.func == node.func):
                pairs = zip(head.args, node.args, strict=False)
                yield from (value for symbol, value in pairs if symbol == parameter)

    def _known(self) -> Iterator[Row | Condition]:
        """The rows, each from the start of its chain, and their conditions."""
        lhs: sp.Expr | None = None
        for row in self.rows:
            lhs = lhs if row.lhs is None else row.lhs
            yield replace(row, lhs=lhs)
            yield from (*row.where, *row.only_at)

    def _follows(self, left: sp.Expr, relation: str, right: sp.Expr) -> bool:
        """Whether it is decided under the conditions that all rows share, or at the one place.

        Where a variable lies, the conditions say themselves: for v > 1/2 means more than for v > 1.
        """
        shared = [c for c in self.rows[0].where if all(c in row.where for row in self.rows)] if self.rows else []
        if {left.is_Symbol, right.is_Symbol} == {True, False} and {left.is_number, right.is_number} == {True, False}:
            shared = []
        point = {v.symbol: sp.sympify(self.at[v.name]) for v in self.variables if v.name in self.at}
        try:
            ground = Ground(self._formulas, shared)
            a, b = (ground.at(side, point) if point else ground.read(side) for side in (left, right))
            return bool(ground.equal(a, b)) if relation == "=" else ground.facts.holds(Condition(a, relation, b))
        except (Undecided, Disproved):
            return False


def _states(known: Row | Condition, left: sp.Expr, relation: str, right: sp.Expr) -> bool:
    turned = _TURNED.get(relation, relation)
    return (known.relation == relation and _same(known.lhs, left) and _same(known.rhs, right)) or (
        known.relation == turned and _same(known.lhs, right) and _same(known.rhs, left)
    )


def _same(a: sp.Basic | None, b: sp.Basic | None) -> bool:
    """Whether they are equal as expressions of the same symbols; no definition is unfolded."""
    if not (isinstance(a, sp.Expr) and isinstance(b, sp.Expr)) or a.free_symbols != b.free_symbols:
        return False
    try:
        return a == b or normal_form(difference(a, b)).is_zero
    except Undecided:
        return False
