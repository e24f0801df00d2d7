"""What a family's record says of it: typed from a book, independent of the proofs, all that the checks ask for.

A family's file (or package) in this folder has a ``FAMILY``; nothing else names it. Its subjects are what emitted
functions compute: a divergence in one parameterisation, with its gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from flint import arb
from numpy.random import Generator

from derive.verify.points.draw import Doubles
from derive.verify.ulp import Exact, Precision

#: The outputs (value, partial derivatives), and for each output that changes sign on a surface the exact parts of which
#: the larger sets its unit: output -> parts.
Balls = tuple[tuple[arb, ...], Mapping[int, tuple[arb, ...]]]

#: Evaluates balls until they are tight.
Tight = Callable[[Callable[[], Balls]], tuple[Exact, ...]]

Number = Any  # mpmath.mpf

#: Rows of every table of points at which a definition is computed.
POINTS = 200

#: Of one member of a family: x -> log p(x) and its derivatives in the parameters.
Density = Callable[[Number], tuple[Number, tuple[Number, ...]]]


class Kind(Enum):
    """What values a parameter takes."""

    REAL = "every real number"
    POSITIVE = "a positive number; 0 is a limit"
    LOGARITHM = "every real number; -inf and inf are limits"


@dataclass(frozen=True)
class Parameter:
    """A parameter as the emitted signature has it: ``mu1``, ``std``, ``rate2``."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Definition:
    """The integral, or sum, of p log(p/q) that defines a divergence.

    Attributes
    ----------
    density : the density of the member with these parameters, mpmath numbers at the working precision.
    nodes : points x and weights w for the first member, the second, and a number of digits: sum w f(x) is the integral
        of f to that many digits, for whatever decays like the first density times a power of x.
    second : the parameters of the second member where the divergence does not take them as arguments.
    table : the `POINTS` rows of arguments at which it is computed, the same in every run; any head of it is a fair
        selection.
    spare : digits that the points lose because the densities see x alone.
    """

    density: Callable[[Sequence[Number]], Density]
    nodes: Callable[[Sequence[Number], Sequence[Number], int], tuple[Sequence[Number], Sequence[Number]]]
    table: Callable[[], Iterator[tuple[float, ...]]]
    second: tuple[float, ...] = ()
    spare: Callable[[Sequence[Number], Sequence[Number]], int] = lambda first, second: 0

    def members(self, arguments: Sequence[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The parameters of the two members."""
        if self.second:
            return tuple(arguments), self.second
        half = len(arguments) // 2
        return tuple(arguments[:half]), tuple(arguments[half:])


@dataclass(frozen=True)
class Subject:
    """What a function computes, and its gradient: functions of the same arguments.

    Attributes
    ----------
    name : of the emitted value; its gradient is called ``NAME_grad``.
    parameters : in the order of the signature.
    balls : value and gradient at an ordinary point, in ball arithmetic at flint's precision.
    special : value and gradient at a point where the balls do not serve (a limit, outside of the domain); None at an
        ordinary one. Its second argument evaluates balls for what is an ordinary number.
    sample : points where kernels go wrong: rng, count, format -> a column for each parameter.
    neutral, beside : a point at which the value is 0, and an ordinary one beside it.
    definition : None for a function that no integral defines.
    """

    name: str
    parameters: tuple[Parameter, ...]
    balls: Callable[..., Balls]
    special: Callable[[Sequence[float], Tight], tuple[Exact, ...] | None]
    sample: Callable[[Generator, int, Precision], tuple[Doubles, ...]]
    neutral: tuple[float, ...]
    beside: tuple[float, ...]
    definition: Definition | None = None

    @property
    def arity(self) -> int:
        return len(self.parameters)

    @property
    def gradient(self) -> str:
        """Name of the gradient function; empty where there is none."""
        return f"{self.name}_grad" if self.definition else ""

    @property
    def sum(self) -> str:
        """Name of the sum of values over an array; empty where there is none."""
        return f"{self.name}_sum" if self.definition else ""

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the value function and, where there is one, of the gradient."""
        return (self.name, self.gradient) if self.definition else (self.name,)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the value and the partial derivatives, in the order of the balls."""
        return ("value", *(f"d_{p.name}" for p in self.parameters)) if self.definition else ("value",)

    def columns(self, function: str) -> slice:
        """Which of the outputs a function returns."""
        return slice(0, 1) if function == self.name else slice(1, None)

    def results(self, function: str) -> int:
        """How many numbers a function returns."""
        return 1 if function == self.name else self.arity


@dataclass(frozen=True)
class Family:
    """A family of distributions: its subjects, and the book from which they are typed."""

    name: str
    source: str
    subjects: tuple[Subject, ...]
    correctly_rounded: tuple[str, ...] = field(default=())  # in binary32, of which all arguments can be taken
