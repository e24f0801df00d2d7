"""What proofs are written in: records without a will of their own, and expressions of a fixed alphabet.

A proof file is Python. Here it is looked through for what could say one thing to the decisions and another one to a
reader: classes of its own, methods put into a record, facts put into an expression; of names and letters
:mod:`derive.prove.written.names` knows. It decides no mathematics; :mod:`derive.prove.checker` says what makes a proof
of these parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from inspect import getattr_static
from typing import Any
from unicodedata import category

import sympy as sp
from sympy.core.function import AppliedUndef, UndefinedFunction

from derive.errors import CheckFailed
from derive.prove.written.names import GREEK, NAME, PRICES, fresh, name_of_function
from derive.vocabulary import theorem as vocabulary
from derive.vocabulary.condition import Condition
from derive.vocabulary.formula import Coq, Domain, Formula, Variable, expm1mx, log1pmx
from derive.vocabulary.step import Row
from derive.vocabulary.theorem import Verdict

#: What an expression is made of, besides numbers, symbols and functions that definitions explain.
ALPHABET = frozenset(
    {sp.Add, sp.Mul, sp.Pow, sp.exp, sp.log, sp.erf, sp.Abs, sp.sign, sp.factorial, expm1mx, log1pmx}
    | {sp.Derivative, sp.Subs, sp.Integral, sp.Sum, sp.Tuple, type(sp.E), type(sp.pi)}
)
NUMBERS = frozenset({sp.Integer, sp.Rational} | {type(sp.Integer(n)) for n in (0, 1, -1)} | {type(sp.Rational(1, 2))})
INFINITIES = frozenset({type(sp.oo), type(-sp.oo)})
RECORDS = frozenset(
    kind
    for kind in (*vars(vocabulary).values(), Formula, Variable, Condition, Row)
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__")
)
PLAIN = frozenset({str, int, bool, type(None), Domain, Verdict, Coq})
RELATIONS = frozenset(("=", "!=", ">", ">=", "<", "<="))

#: What stands between dollar signs in words: signs, and no command that changes what is printed elsewhere.
_SIGNS = frozenset(GREEK) | frozenset(
    "pi ge le ne pm mp to in infty cdot times mid lvert rvert left right quad sum int lim log exp sqrt frac tfrac "
    "operatorname mathrm mathcal mathbb text equiv approx geqslant leqslant , ; { } |".split()
)
# whatever looks like a relation, in words or in LaTeX
_LIKE_A_RELATION = re.compile(
    r"[=<>]|\bequals\b|\\(?:[lg]e|[lg]eq\w*|[lg]t|neq?|n?equiv|approx\w*|n?cong|n?sim\w*|doteq|propto|n?prec\w*|n?succ\w*"
    r"|n?subset\w*|n?supset\w*|n?in|ll|gg|to|n?less\w*|n?gtr\w*|asymp)\b"
)
_MOST_NODES = 4000
_PLAIN_FUNCTION = sp.Function("k")


# --- records ---------------------------------------------------------------------------------------------------------


def plain(record: object) -> None:
    """Raise :class:`CheckFailed` unless all that it holds is of known kinds, with nothing added to it."""
    for expr in held(record):
        for node in nodes(expr):
            _node(node)


def held(record: object) -> Iterator[sp.Basic]:
    """All expressions in a record, and in the records that it holds; raises where one of these is of no known kind."""
    waiting, seen = [record], set[int]()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, sp.Basic):
            yield item
        elif type(item) in RECORDS:
            waiting += _fields(item)
        elif isinstance(item, tuple | dict) and type(item) in (tuple, dict):
            waiting += [*item, *item.values()] if isinstance(item, dict) else item
        elif type(item) is str:
            _words(item)
        elif type(item) not in PLAIN:
            raise CheckFailed(f"{type(item).__name__} is no kind of record, expression or text that proofs are made of")


def _words(text: str) -> None:
    """What they say is the author's, but they do not print rows of their own or give a sign another meaning.

    A terminal obeys control characters, and letters that nobody sees turn lines around.
    """
    if not text.isprintable():
        unseen = next(letter for letter in text if not letter.isprintable())
        raise CheckFailed(f"words in which {unseen!r} stands, which nobody sees")
    *maths, after = text.split("$")
    for part in maths[1::2]:
        depth = [part.count("{", 0, k) - part.count("}", 0, k) for k in range(len(part) + 1)]
        commands = {letters or sign for letters, sign in re.findall(r"\\(?:([A-Za-z]+)|(.))", part)}
        if commands - _SIGNS or set(part) & set("%&#~") or "^^" in part or min(depth) < 0 or depth[-1]:
            raise CheckFailed(f"words in which the mathematics is more than signs: ${part}$")
    if len(maths) % 2:
        raise CheckFailed(f"words in which dollar signs do not pair up, before {after!r}")


def has_relation(words: str) -> bool:
    """Whether a reader takes something in it for a relation; of Unicode all mathematical signs but + − ×."""
    return bool(_LIKE_A_RELATION.search(words)) or any(category(c) == "Sm" and c not in "+−×" for c in words)


def _fields(record: Any) -> Iterator[object]:
    """The fields, and what was derived from them; a record that was given anything else says what it likes."""
    for name, value in vars(record).items():
        derived = isinstance(getattr_static(type(record), name, None), cached_property)
        if name not in record.__dataclass_fields__ and not derived:
            raise CheckFailed(f"{name} was put into {type(record).__name__} {getattr(record, 'name', '')}".strip())
        yield value


def nodes(expr: sp.Basic) -> Iterator[sp.Basic]:
    """Every node, of an integral its integrand and its limits too."""
    waiting, count = [expr], 0
    while waiting:
        node = waiting.pop()
        yield node
        if (count := count + 1) > _MOST_NODES:
            raise CheckFailed(f"an expression of more than {_MOST_NODES} nodes")
        waiting += node.args


def _node(node: sp.Basic) -> None:
    """It is what its class says, with nothing added; what SymPy keeps with it (that it is positive) is asked again."""
    kind = type(node)
    if kind in NUMBERS or kind in INFINITIES:
        return
    if isinstance(node, sp.Number):
        raise CheckFailed(f"{node} is a rounded number, or none")
    if kind is sp.Symbol:
        node._assumptions = fresh(node.name, node.assumptions0)._assumptions
        return
    if isinstance(node, AppliedUndef):
        _applied(kind)
    elif kind not in ALPHABET:
        raise CheckFailed(f"{kind.__name__} is not in the language of proofs: {node}")
    added = set(getattr(node, "__dict__", ())) - {"nargs", "_expr"}
    if added:
        raise CheckFailed(f"{', '.join(sorted(added))} was put into {node}")
    node._assumptions = kind.default_assumptions


def _applied(function: Any) -> None:
    """A function whose meaning a definition gives: by its name alone, with no assumptions of its own."""
    name, own = function.__name__, vars(function)
    name_of_function(name)
    if own["_kwargs"]:
        raise CheckFailed(f"the function {name} carries assumptions that no definition states")
    usual, coq = vars(_PLAIN_FUNCTION), own.get("coq")
    same = all(own.get(key) == usual[key] for key in ("_prop_handler", "default_assumptions", "_nargs"))
    told = all(type(own[key]) in PLAIN for key in own.keys() - usual.keys())
    if (
        type(function) is not UndefinedFunction
        or function.__bases__ != (AppliedUndef,)
        or own.keys() - usual.keys() - {"distribution", "coq", "density"}
        or not (same and told and own["name"] == name and re.fullmatch("[a-z]", own.get("density", "p")))
    ):
        raise CheckFailed(f"the function {name} is more than a name")
    symbol, letter = own.get("distribution"), own.get("density")
    if symbol is not None and not (name.startswith("KL_") and re.fullmatch(r"\\mathrm\{(?!N\})[A-Za-z]+\}", symbol)):
        raise CheckFailed(f"{name} is printed as a divergence of {symbol}; KL_... alone is one, of \\mathrm{{...}}")
    if letter is not None and not name.startswith(f"{letter}_"):
        raise CheckFailed(f"{name} is printed as a density {letter}; {letter}_... alone is one")
    if coq is not None and not all(NAME.fullmatch(told) for told in (coq.file, coq.relation, coq.density)):
        raise CheckFailed(f"{name} means in Coq what is no name there")


# --- expressions -----------------------------------------------------------------------------------------------------


def expressions(written: Iterable[sp.Basic], known: Mapping[str, sp.Symbol]) -> None:
    """Raise unless the symbols are those that are known, and what they run through is their domain."""
    for expr in written:
        for node in nodes(expr):
            _node(node)
            if node.is_Symbol:
                _symbol(node, known)
            elif isinstance(node, sp.Integral | sp.Sum):
                _range(node)
            elif (node.is_Mul or node.is_Pow or node.is_Function) and not _in_a_sum(node.args):
                raise CheckFailed(f"a price stands in a sum, and not as in {node}")


def _in_a_sum(factors: Sequence[sp.Basic]) -> bool:
    """No price is among the factors, or numbers alone are besides: log (v + 1) would read as a logarithm."""
    prices = [factor for factor in factors if factor.is_Symbol and factor.name in PRICES]
    return not prices or all(factor in prices or factor.is_Rational for factor in factors)


def _symbol(symbol: sp.Symbol, known: Mapping[str, sp.Symbol]) -> None:
    declared = known.get(symbol.name)
    if declared is None:
        raise CheckFailed(f"{symbol} is no variable of the theorem", "declare it among its variables, with its domain")
    if symbol != declared:
        said = sorted(name for name, value in symbol.assumptions0.items() if value != declared.assumptions0.get(name))
        raise CheckFailed(
            f"{symbol} is another symbol than the declared variable of that name: they differ in {', '.join(said)}",
            "take the symbol from the Variable",
        )


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


def of_row(row: Row) -> Iterator[sp.Basic]:
    """The expressions of a row; its conditions say nothing of a variable that is bound in it."""
    exact(row, Row)
    if row.relation not in RELATIONS:
        raise CheckFailed(f"{row.relation!r} is no relation")
    sides = [side for side in (row.lhs, row.rhs) if side is not None]
    binding = [node for side in sides for node in side.atoms(sp.Integral, sp.Sum, sp.Subs)]
    bound = {symbol for node in binding for symbol in node.bound_symbols}
    for condition in (*row.where, *row.only_at):
        if bound & {*condition.lhs.free_symbols, *condition.rhs.free_symbols}:
            raise CheckFailed(f"{condition.text} is said of a variable that is bound: the integral says where it runs")
    yield from sides
    yield from of_conditions(row.where, RELATIONS - {"="})
    yield from of_conditions(row.only_at, frozenset("="))


def of_conditions(conditions: Iterable[Condition], relations: frozenset[str]) -> Iterator[sp.Basic]:
    """The expressions of conditions whose relations are among these."""
    for condition in conditions:
        exact(condition, Condition)
        if condition.relation not in relations:
            raise CheckFailed(f"{condition.relation!r} is no relation of a condition: {condition.text}")
        yield from (condition.lhs, condition.rhs)


def exact(record: object, kind: type) -> None:
    """Raise unless the record is of that class, and not of one that derives from it."""
    if type(record) is not kind:
        raise CheckFailed(f"{type(record).__name__} stands where a {kind.__name__} belongs")
