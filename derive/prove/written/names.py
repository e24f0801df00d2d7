"""What names and letters say to a reader: none says something that it does not mean, and no two say the same.

What is printed of a variable is its letter, of a function its name, of a density one letter. A reader takes them for
what they usually mean, and two that look alike for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import sympy as sp
from sympy import functions as known_functions
from sympy.core.function import AppliedUndef

from derive.errors import CheckFailed
from derive.vocabulary.formula import Formula, Variable, told_of

#: Names that already mean something to a reader, or to a printer.
TAKEN = frozenset(
    "exp log ln sqrt erf erfc abs sign max min sin cos tan pi e oo inf nan expm1mx log1pmx expm1 log1p factorial gamma "
    "cost E N d D".split()
)
#: Of functions, in capitals or not, all that SymPy, LaTeX and programs know too; with an index or without.
_KNOWN = frozenset(name.lower() for name in (*TAKEN, *known_functions.__all__)) | frozenset(
    "arcsin arccos arctan arsinh arcosh artanh arcsinh arccosh arctanh lg lb softplus sigmoid softmax logsumexp "
    "logaddexp logistic logit expit relu elu gelu silu square cube pow hypot mod fmod gcd lcm sgn step lim limsup "
    "liminf sup inf arg det dim deg hom ker re im pr prob sum prod int kl dkl".split()
)
_HEADS = frozenset({"cost", "E", "KL"})  # that the vocabulary itself gives a meaning, as to KL_...
PRICES = frozenset({"exp", "log", "sqrt"})  # of calls; variables of these names stand in sums alone
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho sigma "
    "tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Upsilon Phi Psi Omega ell"
).split()
LETTER = re.compile(
    rf"(?P<letter>[A-Za-z]|\\(?:{'|'.join(GREEK)})|\\mathrm\{{(?P<word>[A-Za-z]+)\}})"
    r"(?:_(?:[A-Za-z0-9]|\{[A-Za-z0-9]+\}))?"
)
_NO_LETTERS = frozenset("ed")


def variables(declared: Sequence[Variable]) -> Mapping[str, sp.Symbol]:
    """The declared symbols by name: no two of one name or one letter, none with a letter that means something else."""
    known: dict[str, sp.Symbol] = {}
    letters: set[str] = set()
    words: set[str] = set()
    for variable in declared:
        name, letter = variable.name, LETTER.fullmatch(variable.latex)
        if not NAME.fullmatch(name) or name in TAKEN - PRICES:
            raise CheckFailed(f"{name!r} is no name of a variable")
        word = None if letter is None else letter["word"]
        reads_as_another = word is not None and (word != name or (word.lower() in _KNOWN and word not in PRICES))
        if letter is None or variable.latex in _NO_LETTERS or reads_as_another:
            raise CheckFailed(f"{variable.latex!r} is no letter for the variable {name}")
        if name in known or printed(variable.latex) in letters:
            raise CheckFailed(f"two variables are called {name} or {variable.latex}")
        if variable.symbol != fresh(name, variable.domain.assumptions):
            raise CheckFailed(f"the symbol {name} is not what its domain says")
        known[name] = variable.symbol
        letters.add(printed(variable.latex))
        words |= {word} if word is not None and len(word) > 1 else set()
    for word in sorted(words):
        if set(word) <= letters:
            raise CheckFailed(f"the variable {word} is printed as the product of {', '.join(word)}, variables too")
    return known


def printed(letter: str) -> str:
    r"""What is seen of a letter or a name: mu1, mu_1, \mu_1 and \mu_{1} look alike, and so do the two epsilons."""
    return re.sub(r"\\mathrm|[\\{}_]", "", letter).replace("varepsilon", "epsilon")


def fresh(name: str, assumptions: Mapping[str, bool | None]) -> sp.Symbol:
    """The symbol with these assumptions alone, and no other that somebody had before."""
    return sp.Symbol.__xnew__(sp.Symbol, name, **assumptions)


def name_of_function(name: str) -> None:
    """Raise where readers know a function of that name: log_2 is none of an author's."""
    if name in _HEADS or (name.startswith("KL_") and NAME.fullmatch(name)):
        return
    letters = re.match("[A-Za-z]*", name)
    if not NAME.fullmatch(name) or {name.lower(), letters[0].lower() if letters else ""} & _KNOWN:
        raise CheckFailed(f"{name} is the name of a known function, and here of another one")


def name_of_formula(name: str) -> None:
    """Raise unless files and functions can be called so."""
    if not NAME.fullmatch(name):
        raise CheckFailed(f"{name!r} is no name of a formula")


def as_defined(exprs: Iterable[sp.Basic], definitions: Sequence[Formula]) -> None:
    """Raise unless their functions are printed as their definitions are: to SymPy two of one name are one."""
    heads = {type(formula.head).__name__: type(formula.head) for formula in definitions}
    for node in (node for expr in exprs for node in sp.preorder_traversal(expr) if isinstance(node, AppliedUndef)):
        name = type(node).__name__
        if told_of(type(node)) != told_of(heads.get(name)):
            raise CheckFailed(f"{name} is printed, or told to Coq, as another function than its definition says")


def told_apart(declared: Sequence[Variable], exprs: Iterable[sp.Basic], definitions: Sequence[Formula]) -> None:
    """Raise where two functions are printed alike, or a variable and a function of any theorem.

    Densities are printed without their parameters where these are letters: p(x) of one member is not that of another.
    """
    taken = {letter for variable in declared for letter in (variable.name, printed(variable.latex))}
    both = taken & {printed(type(formula.head).__name__) for formula in definitions}
    if both:
        raise CheckFailed(f"{', '.join(sorted(both))} is a function, and a variable of the same name")
    meant: dict[str, str] = {}
    member: dict[str, tuple[sp.Basic, ...]] = {}
    for node in sorted({node for expr in exprs for node in expr.atoms(AppliedUndef)}, key=str):
        name, density = type(node).__name__, getattr(type(node), "density", None)
        letter = density or printed(name)
        if letter in taken:
            raise CheckFailed(f"{letter} is a function, and a variable of the same name")
        if meant.setdefault(letter, name) != name:
            raise CheckFailed(f"{meant[letter]} and {name} are both printed {letter}")
        parameters = node.args[1:]
        if density and all(parameter.is_Symbol for parameter in parameters):
            other = member.setdefault(letter, parameters)
            if other != parameters:
                raise CheckFailed(f"{letter}({node.args[0]}) is printed for the parameters {other} and {parameters}")
