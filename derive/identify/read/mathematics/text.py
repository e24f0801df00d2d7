r"""Reads mathematics as papers write it: LaTeX, and plain text such as ``-1/2 (1 + 2 log sigma - sigma^2 - mu^2)``.

A small recursive descent over tokens. Juxtaposition multiplies. The argument of ``\log`` without brackets is the
product that follows, powers included: ``\log\sigma^2`` is log(sigma^2). Of an equation the part after its last ``=``
is read, and those before it that are formulas, too. Sums are reductions over their index; bold type, hats and index
decorations belong to the name.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import accumulate

from derive.identify.read.constants import decimal
from derive.identify.read.limits import MAX_NESTING, NotUnderstood, Position, check_text
from derive.identify.read.mathematics import tokens as t
from derive.identify.read.tree import (
    LOG,
    OF_A_VECTOR,
    POWER,
    SUM,
    Apply,
    Binary,
    Constant,
    Negate,
    Node,
    Number,
    Reduce,
    Symbol,
    number,
    symbols,
)


def looks_like_mathematics(text: str) -> bool:
    """Whether the text is LaTeX: it holds a command or dollar signs. Python holds neither."""
    return bool(re.search(r"\\[A-Za-z]|\\[,;!\[(]|\$|\^\{|_\{", text))


def read_mathematics(text: str) -> tuple[Node, ...]:
    """The tree of a formula in LaTeX or in plain mathematics, the last side of an equation; before it those of the
    sides that are sums with a logarithm and a power.

    Raises
    ------
    NotUnderstood : with the position of what is not understood.
    """
    check_text(text)
    *before, last = _sides(t.LAYOUT.sub(lambda found: " " * len(found.group()), text))
    wanted, found = SUM | LOG | POWER, []
    for side in before:
        try:
            found.append(_Parser(side).parse())
        except NotUnderstood:
            continue  # what it is called, an integral, an expectation
    return *(tree for tree in found if tree.traits & wanted == wanted), _Parser(last).parse()


def _sides(text: str) -> list[list[tuple[str, Position]]]:
    """The tokens of each side of an equation."""
    sides: list[list[tuple[str, Position]]] = [[]]
    line, start, depth = 1, 0, 0
    for match in t.TOKEN.finditer(text):
        token = match.group()
        depth += {"{": 1, "}": -1}.get(token, 0)
        if "\n" in token:
            line, start = line + token.count("\n"), match.start() + token.rindex("\n") + 1
        elif depth == 0 and token in ("=", r"\equiv", r"\approx", r"\propto", r"\coloneqq"):
            sides.append([])
        elif not token.isspace() and token not in t.SKIPPED:
            sides[-1].append((t.GREEK.get(token, token), Position(line, match.start() - start + 1)))
    return sides


class _Parser:
    def __init__(self, tokens: list[tuple[str, Position]]) -> None:
        self.tokens = tokens
        self.index = self.level = 0
        while self.tokens and self.tokens[-1][0] in (".", ",", ";"):
            self.tokens.pop()

    # --- tokens ---------------------------------------------------------------------------------------------------

    @property
    def token(self) -> str:
        return self.tokens[self.index][0] if self.index < len(self.tokens) else ""

    @property
    def at(self) -> Position:
        return self.tokens[min(self.index, len(self.tokens) - 1)][1] if self.tokens else Position(1, 1)

    def next(self) -> str:
        token = self.token
        self.index += 1
        return token

    def fail(self, what: str = "") -> NotUnderstood:
        seen = f"{self.token[:20]!r} is not understood here" if self.token else "the formula ends too early"
        return NotUnderstood(what or seen, self.at)

    def expect(self, token: str) -> None:
        if self.token != token:
            raise NotUnderstood(f"expected {token!r}, found {self.token[:20]!r}", self.at)
        self.next()

    # --- grammar --------------------------------------------------------------------------------------------------

    def parse(self) -> Node:
        node = self.sum()
        if self.token:
            raise self.fail()
        return node

    def sum(self) -> Node:
        self.level += 1
        if self.level > MAX_NESTING:
            raise self.fail(f"nested deeper than {MAX_NESTING}")
        at, sign = self.at, self.next() if self.token in ("+", "-") else "+"
        left = self.product()
        left = Negate(at, left) if sign == "-" else left
        while self.token in ("+", "-"):
            at, op = self.at, self.next()
            left = Binary(at, op, left, self.product())
        self.level -= 1
        return left

    def product(self) -> Node:
        left = self.signed()
        while True:
            at = self.at
            if self.token in t.TIMES:
                self.next()
                left = Binary(at, "*", left, self.signed())
            elif self.token in ("/", r"\over"):
                self.next()
                left = Binary(at, "/", left, self.signed())
            elif self.starts_factor():
                left = Binary(at, "*", left, self.power())
            else:
                return left

    def signed(self) -> Node:
        at = self.at
        if self.token == "-":
            self.next()
            self.level += 1
            if self.level > MAX_NESTING:
                raise self.fail(f"nested deeper than {MAX_NESTING}")
            part = self.signed()
            self.level -= 1
            return Negate(at, part)
        return self.power()

    def starts_factor(self) -> bool:
        token = self.token
        if (
            token in ("", "+", "-", "/", "=", ",", ";", "^", "_", "&", r"\over")
            or token in t.CLOSE - t.BARS
            or token in t.TIMES
        ):
            return False
        return not (token in t.BARS and self.bars_open)

    bars_open = 0

    def power(self) -> Node:
        base = self.atom()
        while self.token in ("^", "²", "³", "'", r"\prime") or (self.token == "*" and self._ahead() == "*"):
            at = self.at
            if self.token in ("²", "³"):
                base = Binary(at, "**", base, number(2 if self.next() == "²" else 3, at))
                continue
            if self.token == "*":
                self.next()
            self.next()
            if self.transposed():
                base = Binary(at, "*", base, number(1, at))
                if self.starts_factor():
                    return Reduce(at, "sum", Binary(at, "*", base, self.power()), OF_A_VECTOR)
                continue
            exponent = self.group_or_token()
            if self.token == "_" and isinstance(base, Symbol):
                base = Symbol(base.at, f"{base.name}_{self.index_name()}")
            base = Binary(at, "**", base, exponent)
        return base

    def _ahead(self) -> str:
        return self.tokens[self.index + 1][0] if self.index + 1 < len(self.tokens) else ""

    def transposed(self) -> bool:
        """A transpose sign after ``^``; it is consumed."""
        names = ("T", r"\top", r"\intercal", r"\mathsf", r"\mathrm")
        if self.token == "{" and self._ahead() in names:
            while self.next() != "}":
                if not self.token:
                    raise self.fail()
            return True
        if self.token in names[:3]:
            self.next()
            return True
        return False

    def group_or_token(self) -> Node:
        """What ``^``, ``_`` and ``\\frac`` take: a braced group, or one token (with its sign, in plain text)."""
        if self.token in ("{", "("):
            return self.atom()
        at = self.at
        if self.token == "-":
            self.next()
            return Negate(at, self.group_or_token())
        if re.fullmatch(r"\d{2,}", self.token):
            first, rest = self.token[0], self.token[1:]
            self.tokens[self.index] = (rest, at)
            return Number(at, Fraction(first))
        return self.atom(indices=False)

    def atom(self, indices: bool = True) -> Node:
        at, token = self.at, self.token
        if token in t.OPEN:
            self.next()
            bars, self.bars_open = self.bars_open, 0
            inner = self.sum()
            self.bars_open = bars
            self.expect(t.OPEN[token])
            return inner
        if token in t.FRACTIONS:
            self.next()
            return Binary(at, "/", self.group_or_token(), self.group_or_token())
        if token == "½":
            self.next()
            return number(Fraction(1, 2), at)
        if re.fullmatch(r"\d+(\.\d*)?|\.\d+", token):
            self.next()
            if len(token) > 1000:
                raise NotUnderstood("the number is too long", at)
            return decimal(token.removesuffix("."), at)
        if token in (r"\sum", r"\prod", "∑", "Σ") and (token != "Σ" or self._ahead() in ("_", "(")):
            return self.summation()
        if token in t.BARS:
            return self.norm()
        if token in t.STYLES and self._ahead() == "{" and self._styled() in t.FUNCTIONS:
            return self.function(t.FUNCTIONS[self.styled()], at)
        if token in t.FUNCTIONS:
            self.next()
            return self.function(t.FUNCTIONS[token], at)
        if token in ("sum", "mean") and self._ahead() == "(":
            self.next()
            return Reduce(at, token, self.atom(), "all entries")
        if token == "e" and self._ahead() == "^":
            self.next()
            self.next()
            return Apply(at, "exp", self.group_or_token())
        if token not in (r"\pi", "π"):
            return self.symbol(indices)
        if self._ahead() != "_":  # a policy has an index
            self.next()
            return Constant(at, "pi")
        policy = self.symbol(indices)
        self._pass_over_arguments()
        return policy

    def _pass_over_arguments(self) -> None:
        """Past what a policy is the probability of: (o_t | q, o_{<t}); a product in brackets has no bar."""
        opening = self.index + (self.token == r"\left")
        names = [token for token, _ in self.tokens[opening:]]
        if not names or names[0] != "(":
            return
        depths = list(accumulate((name == "(") - (name == ")") for name in names))
        inside = names[: depths.index(0)] if 0 in depths else []
        if {"|", r"\mid"} & set(inside):
            self.index = opening + len(inside) + 1

    def summation(self) -> Node:
        at = self.at
        kind = "prod" if self.next() == r"\prod" else "sum"
        over = ""
        while self.token in ("_", "^"):
            bound = self.next()
            text = self.raw_group()
            over = text.partition("=")[0] if bound == "_" else over
        body = self.product()
        end = self._last(re.match(r"[^\W\d_]?", over)[0]) if kind == "sum" else 0  # type: ignore[index]
        while self.token in ("+", "-") and (self.index < end or (end and self._number_ends_it())):
            behind, op = self.at, self.next()
            body = Binary(behind, op, body, self.product())
        return Reduce(at, kind, body, over or "all entries")

    def _last(self, index: str) -> int:
        """Where the last term with an index stands that no bracket and no sum of its own holds: the sum over that index
        goes as far. 0 where there is none.
        """
        depth = found = 0
        for place, (token, _) in enumerate(self.tokens[self.index :], self.index):
            depth += (token in t.OPEN) - (token in t.CLOSE - t.BARS)
            if not index or depth < 0 or token in ("=", "&", r"\\", r"\sum", r"\prod", "∑", ""):
                break
            following = [name for name, _ in self.tokens[place + 1 : place + 3]]
            if token == "_" and (following[:1] == [index] or following == ["{", index]):
                found = place
        return found

    def _number_ends_it(self) -> bool:
        """Whether what is added is a number, and the last that is."""
        saved = self.index, list(self.tokens)  # a number may be taken apart on the way
        self.next()
        part, token = self.product(), self.token
        self.index, self.tokens = saved
        return not symbols(part) and token not in ("+", "-")

    def norm(self) -> Node:
        """||x||^2 as the sum of x^2; |x| as what x is without its sign, of matrices as a determinant."""
        at, bar = self.at, self.next()
        double = bar in (r"\|", r"\lVert", r"\Vert", "‖") or (bar == "|" and self.token == "|")
        if bar == "|" and double:
            self.next()
        self.bars_open += 1
        inner = self.sum()
        self.bars_open -= 1
        if self.token not in t.BARS | {r"\rVert", r"\rvert"}:
            raise self.fail("expected the closing bar")
        closing = self.next()
        if double and closing == "|" and self.token == "|":
            self.next()
        if not double:
            matrices = any(name[:1].isupper() for name in symbols(inner))
            return Reduce(at, "prod", inner, "the determinant") if matrices else Apply(at, "abs", inner)
        if self.token == "_":
            self.next()
            self.raw_group()
        if self.token == "^":
            self.next()
            if self.raw_group() == "2":
                return Reduce(at, "sum", Binary(at, "**", inner, number(2, at)), OF_A_VECTOR)
        raise NotUnderstood("a norm is understood where it is squared", at)

    def raw_group(self) -> str:
        if self.token != "{":
            return self.next()
        parts: list[str] = []
        depth = 0
        while True:
            token = self.next()
            depth += {"{": 1, "}": -1}.get(token, 0)
            if not token:
                raise self.fail()
            if depth == 0:
                return "".join(parts)
            if token not in ("{", "}", *t.STYLES):
                parts.append(token)

    def function(self, fn: str, at: Position) -> Node:
        outer: Node | None = None
        if self.token in ("^", "²"):
            outer = self.group_or_token() if self.next() == "^" else number(2, at)
        base = self._base() if self.token == "_" and fn == "log" else None
        if fn == "sqrt" and self.token == "[":
            raise self.fail("only the square root is understood")
        arg = self.argument()
        node: Node
        if fn == "tr":
            node = Reduce(at, "sum", arg, "the diagonal")
        elif fn == "det":
            node = Reduce(at, "prod", arg, "the determinant")
        else:
            node = arg if fn == "id" else Apply(at, fn, arg)
        if base is not None:
            node = Binary(at, "/", node, Apply(at, "log", base))
        return node if outer is None else Binary(at, "**", node, outer)

    def _base(self) -> Number | None:
        """The number that a logarithm is taken to; None where that is e."""
        self.next()
        at, text = self.at, self.raw_group()
        if text == "e":
            return None
        if not re.fullmatch(r"\d+", text) or int(text[:1000]) < 2:
            raise NotUnderstood("a logarithm to another base than a number is not understood", at)
        return Number(at, Fraction(text))

    def argument(self) -> Node:
        """A bracketed group with the powers behind it, or the product of the simple factors that follow."""
        if self.token in t.FUNCTIONS or self.token in ("-",):
            return self.signed()
        bracketed = self.token in t.OPEN or self.token in t.BARS
        node = self.power()
        while not bracketed:
            at = self.at
            if self.token == "/" and self._ahead() and self._ahead() not in t.OPEN:
                self.next()
                node = Binary(at, "/", node, self.power())
            elif (
                self.starts_factor()
                and self.token not in t.FUNCTIONS
                and self.token not in t.OPEN
                and self.token not in (r"\sum", *t.BARS)
            ):
                node = Binary(at, "*", node, self.power())
            else:
                break
        return node

    # --- names ----------------------------------------------------------------------------------------------------

    def _styled(self) -> str:
        saved = self.index
        text = self.styled()
        self.index = saved
        return text

    def styled(self) -> str:
        self.next()
        return self.raw_group().lstrip("\\")

    def symbol(self, indices: bool) -> Node:
        at = self.at
        name = self.name()
        while indices and (self.token == "_" or (self.token == "^" and self._index_decoration())):
            if self.token == "_":
                name += "_" + self.index_name()
            else:
                self.next()
                self.raw_group()
        return Symbol(at, name)

    def index_name(self) -> str:
        self.next()
        return re.sub(r"\W+", "", self.raw_group())

    def _index_decoration(self) -> bool:
        """``\\mu^{(i)}``: an index in brackets is no exponent."""
        following = [token for token, _ in self.tokens[self.index + 1 : self.index + 5]]
        return following[:2] == ["{", "("] and following[3:4] == [")"] and not following[2].isdigit()

    def name(self) -> str:
        token = self.token
        if token in t.ACCENTS:
            self.next()
            inner = self.styled_name()
            return f"{inner}_{t.ACCENTS[token]}"
        if token in t.STYLES:
            self.next()
            return self.styled_name()
        if re.fullmatch(r"\\[A-Za-z]+", token) and token not in t.CLOSE:
            if token not in t.LETTERS:
                raise self.fail(f"{token} is not in the table of accepted commands")
            self.next()
            return t.LETTERS[token]
        if re.fullmatch(r"[^\W\d_]+\d*", token):
            return self.next()
        raise self.fail()

    def styled_name(self) -> str:
        if self.token == "{":
            self.next()
            inner = self.symbol(True)
            self.expect("}")
            return inner.name if isinstance(inner, Symbol) else ""
        return self.name()
