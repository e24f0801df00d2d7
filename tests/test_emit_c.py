"""The emitted C as text: no product can be contracted, literals are exact, names are free, functions documented."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import kernel_material
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.emit.c.layout import comment
from derive.emit.c.printer import literal, print_function
from derive.vocabulary.kernel import (
    Builder,
    Kernel,
    Node,
    fast_two_sum,
    fma,
    function,
    functions_below,
    node,
    two_prod,
)

SOURCE = kernel_material.files()["c/derive_kl.c"]
PATHS = kernel_material.paths("c")
IN_C = [k for k in kernel_material.lowered().kernels if k.target == "c"]

# --- a small reader of expressions -------------------------------------------------------------------------------

TOKEN = re.compile(
    r"\s*(?:(?P<number>0x[\d.a-f]+p[+-]?\d+|0x[\da-f]+|\d+\.?\d*(?:e[+-]?\d+)?u?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>->|<<|>>|==|<=|>=|&&|\|\||[-+*/&|^~<>()\[\].,;={}!?:]))"
)
TYPES = {"double", "float", "uint64_t", "size_t"}
LOOSENESS = [{"|"}, {"^"}, {"&"}, {"==", "<", ">", "<=", ">="}, {"<<", ">>"}, {"+", "-"}, {"*", "/"}]


@dataclass(frozen=True)
class Term:
    """An operation, call or name with its operands."""

    head: str
    operands: tuple[Term, ...] = ()


class Reader:
    """Precedence climbing over C expressions without assignment."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        position = 0
        while text[position:].strip():
            found = TOKEN.match(text, position)
            assert found, text[position:]
            self.tokens.append(found.group().strip())
            position = found.end()
        self.at = 0

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.next()
        assert token and wanted in ("", token), (wanted, self.tokens)
        self.at += 1
        return token

    def whole(self) -> Term:
        term = self.binary(0)
        assert self.next() == "", self.tokens[self.at :]
        return term

    def binary(self, level: int) -> Term:
        if level == len(LOOSENESS):
            return self.unary()
        left = self.binary(level + 1)
        while self.next() in LOOSENESS[level]:
            left = Term(self.take(), (left, self.binary(level + 1)))
        return left

    def unary(self) -> Term:
        if self.next() in ("-", "~", "!", "&"):
            return Term(f"unary {self.take()}", (self.unary(),))
        if self.next() == "(" and self.tokens[self.at + 1] in TYPES:
            self.take()
            kind = self.take()
            self.take(")")
            return Term(f"cast {kind}", (self.unary(),))
        return self.postfix()

    def postfix(self) -> Term:
        if self.next() == "(":
            self.take()
            inner = self.binary(0)
            self.take(")")
            return inner
        name = self.take()
        if self.next() == "(":
            self.take()
            operands = []
            while self.next() != ")":
                operands.append(self.binary(0))
                if self.next() == ",":
                    self.take()
            self.take(")")
            return Term(f"call {name}", tuple(operands))
        while self.next() in (".", "->", "["):
            if (way := self.take()) != "[":
                name += f"{way}{self.take()}"
            else:
                self.binary(0)
                self.take("]")
                name += "[]"
        return Term(name)


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


#: What computes addresses and sizes, or with integers; and the self-test, which compares with what it expects.
DRIVERS = {"apply", "fill", "sum_of", "careful_sum", "binary_of", "shifted"}
DRIVERS |= {"is_number", "is_off"}


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """Name and body of every function defined in a C text."""
    form = r"^[\w *]*?\b(\w+)\(([^()]*)\)\s*\{(?:([^\n]*) \}$|\n(.*?)^\})"
    for found in re.finditer(form, text, re.DOTALL | re.MULTILINE):
        if found.group(1) not in DRIVERS and not re.fullmatch(r"derive_\w+_(fma|selftest)", found.group(1)):
            yield found.group(1), found.group(3) or found.group(4)


def statements(body: str) -> Iterator[tuple[str, Term]]:
    """What is computed in a function: (the name it is given to, expression). Indices and sizes are left out."""
    body = re.sub(r"= \{[^;]*\};", "= 0.0;", body)
    body = re.sub(r"\((?:const )?\w+ \*\)|\(void\)", "", body)
    body = re.sub(r"\bCHOSEN(?:_RUN)?\((\w+)\)", r"\1", body)
    body = re.sub(r"for \([^()]*(?:;[^()]*){2}\)|if \((?:[^()]|\([^()]*\))*\)|\belse\b|INDEPENDENT|[{}]", " ", body)
    for statement in (" ".join(s.split()) for s in body.split(";")):
        *left, expression = re.split(r" [|+]?= ", statement)
        if not left and expression.startswith("return "):
            yield "return", Reader(expression.removeprefix("return ")).whole()
        elif not left and "(" in expression:
            yield "", Reader(expression).whole()
        elif left and not statement.startswith(("size_t", "const size_t")):
            term = Reader(expression).whole()
            name = re.sub(r"\[.*?\]", "[]", left[0].split(" ")[-1] if "[" not in left[0] else left[0])
            yield name, Term("+", (Term(name), term)) if " += " in statement else term


#: Operand positions of calls that no compiler fuses: factors of an fma and of an exact product, comparisons; and what a
#: choice is made of, which is a product if that is.
FACTORS = {
    "call fma": {0, 1},
    "call product": {0, 1},
    "call two_prod": {0, 1},
    "call two_fma": {0, 1},
    "call fast_two_fma": {0, 1},
    "call less": {0, 1},
    "call equal": {0, 1},
    "call less_equal": {0, 1},
    "call outside": {0, 1, 2},
    "call choose": {1, 2},
}


def exposed(body: str) -> list[Term]:
    """Products of a function body that a compiler could fuse: operands of + and -, of calls, and results."""
    products: set[str] = set()  # names that hold a product
    found: list[Term] = []

    def is_product(term: Term) -> bool:
        if term.head == "call choose":
            return any(map(is_product, term.operands[1:]))
        if term.head in ("unary -", "cast double"):
            return is_product(term.operands[0])
        return term.head == "*" or term.head in products

    def visit(term: Term) -> None:
        adding = term.head in ("+", "-") or term.head.startswith("call ")
        for position, operand in enumerate(term.operands):
            if adding and is_product(operand) and position not in FACTORS.get(term.head, set()):
                found.append(term)
            visit(operand)

    for name, term in statements(body):
        visit(term)
        if not is_product(term):
            continue
        # What is stored in an array is not looked after: it is a result, or a half of a number, which is exact.
        if name == "return" or name.startswith("out."):
            found.append(term)
        products.add(name)
    return found


# --- contraction -------------------------------------------------------------------------------------------------


def code(path: str) -> str:
    return without_comments(kernel_material.files()[path])


def kernels_of(path: str) -> list[Kernel]:
    return [k for k in IN_C if kernel_material.path_of(k) == path]


@pytest.mark.parametrize("path", PATHS)
def test_the_reader_sees_every_product(path: str) -> None:
    bodies, here = dict(definitions(code(path))), kernels_of(path)
    functions = {f.name for f in kernel_material.functions()} & set(bodies)
    assert {k.function.name for k in here} <= functions
    assert {f"derive_{k.name}{form}" for k in here for form in ("", "f")} <= set(bodies)
    assert {f"{k.name}{form}" for k in here for form in ("_run", "f_run")} <= set(bodies)
    for name, body in bodies.items():
        assert sum(products(term) for _, term in statements(body)) == len(re.findall(r"\s\*\s", body)), name


def products(term: Term) -> int:
    return (term.head == "*") + sum(map(products, term.operands))


@pytest.mark.parametrize("path", PATHS)
def test_no_emitted_product_reaches_an_addition(path: str) -> None:
    """A function for one element gives its result to the function that is not inlined, and that to a caller."""
    for name, body in definitions(code(path)):
        if name.endswith("_inline"):
            body = body.replace("return ", "to[i] = ")
        assert exposed(body) == [], name


@pytest.mark.parametrize("body", [
    "return a * b + c;",
    "return c - (a * b);",
    "return -(a * b) + c;",
    "const double t = a * b; return t + c;",
    "const double t = a * b; const double u = -t; return c - u;",
    "const pair s = two_sum(a * b, c);",
    "const double t = fma(a, b, c * d);",
    "const double t = helper(a * b);",
    "return a * b;",
    "pair out; out.head = a * b;",
    "return larger(a, (double)(b * c));",
    "sum->tail[lane] += a * b;",
    "for (size_t i = 0; i < n; i++) { const double t = a[i] * b; u = t + c; }",
    "return choose(mask, a * b, c);",
    "return choose(mask, c, a * b) - d;",
])  # fmt: skip
def test_a_product_that_could_be_fused_is_seen(body: str) -> None:
    assert exposed(body)


@pytest.mark.parametrize("body", [
    "return product(a, b) + c;",
    "return a * b / c;",
    "return (a + b) / (c * d);",
    "return fma(a * b, c, d);",
    "out[i] = (at.head + at.tail) * at.unscale;",
    "return less(a * b, c);",
    "out[i] = choose(mask, 0.5 * (a + b), (c + d) * e);",
])  # fmt: skip
def test_a_product_that_cannot_be_fused_is_left_alone(body: str) -> None:
    assert exposed(body) == []


def _fusable(b: Builder, x: Node, y: Node) -> tuple[Node, ...]:
    shared = b.let("shared", x * y)
    both = fast_two_sum(shared, node("exact_mul", y, 0.5))
    return (
        shared + y,
        (x * x) - y,
        fma(x * 3.0, y, x * 5.0),
        node("max", -(x * 7.0), y),
        both.head + both.tail,
        x * 9.0,
        two_prod(x * 11.0, y).tail,
        node("select", x < y * 13.0, y * 15.0, 1.0),
        (x * 17.0) / y,
    )


def test_the_printer_guards_products_wherever_they_could_be_fused() -> None:
    names = tuple(f"r{i}" for i in range(9))
    tree = function("fusable", ("x", "y"), names, _fusable, "Products in every position.")
    text = print_function(tree)
    ((_, body),) = definitions(without_comments(text))
    assert exposed(body) == []
    for factor in ("5.0", "7.0", "9.0", "15.0"):
        assert f"product(x, {factor})" in text or f"product(y, {factor})" in text
    for factor in ("x * 3.0", "x * 11.0", "y * 13.0", "x * 17.0"):
        assert factor in text


# --- literals ----------------------------------------------------------------------------------------------------


def read_back(text: str) -> float:
    text = text.replace("(double)INFINITY", "inf").replace("(double)NAN", "nan")
    if text.startswith("HEX("):
        in_hex, in_decimal = text[4:-1].split(", ")
        assert float.fromhex(in_hex).hex() == float(in_decimal).hex()
        return float.fromhex(in_hex)
    return float.fromhex(text) if "0x" in text else float(text)


@given(st.floats() | st.integers(-(10**7), 10**7).map(float) | st.sampled_from([0.5, -0.25, -0.0, 5e-324, 1e6, -1e6]))
def test_a_literal_is_the_number_to_the_last_bit(value: float) -> None:
    text = literal(value)
    back = read_back(text)
    assert back.hex() == value.hex() or (math.isnan(back) and math.isnan(value))
    assert re.fullmatch(r"HEX\(-?0x\d(\.[\da-f]+)?p[+-]\d+, [^()]+\)|-?\d+\.\d+|-?\(double\)(INFINITY|NAN)", text)


def test_a_literal_has_no_more_digits_than_it_needs() -> None:
    assert [literal(v) for v in (1.0, -3.0, 0.5, 2.0**-6, 0.1, 2.0**200)] == [
        "1.0",
        "-3.0",
        "0.5",
        "HEX(0x1p-6, 0.015625)",
        "HEX(0x1.999999999999ap-4, 0.1)",
        "HEX(0x1p+200, 1.6069380442589903e+60)",
    ]


# --- layout, names, documentation --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [path for path in kernel_material.files() if re.fullmatch(r"c/\w+\.[ch]", path)])
def test_lines_are_at_most_118_columns_of_ascii_without_tabs_or_trailing_blanks(path: str) -> None:
    for number, line in enumerate(kernel_material.files()[path].split("\n"), 1):
        assert len(line) <= 118, (path, number)
        assert line.isascii()
        assert "\t" not in line
        assert line == line.rstrip(), (path, number)
    assert kernel_material.files()[path].endswith("}\n") or path.endswith(".h")


@pytest.mark.parametrize("path", PATHS)
def test_lines_are_broken_after_commas_and_before_operators(path: str) -> None:
    for line in map(str.rstrip, code(path).split("\n")):
        if line.startswith("    ") and not line.endswith((";", "{", "}", "INDEPENDENT")):
            assert line.endswith((",", "\\")) or not line.endswith(("+", "-", "*", "const", "double", "float")), line


KEYWORDS = set(
    """auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while and and_eq asm
    bitand bitor bool catch class compl delete explicit export false friend mutable namespace new not not_eq operator or
    or_eq private protected public template this throw true try typename using virtual wchar_t xor xor_eq alignas
    alignof char16_t char32_t constexpr decltype noexcept nullptr static_assert thread_local""".split()
)
#: What <math.h>, <string.h>, <stdint.h> and <float.h> declare at file scope.
LIBRARY = set(
    """acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 expm1 frexp ilogb ldexp log log10
    log1p log2 logb modf scalbn scalbln cbrt fabs hypot pow sqrt erf erfc lgamma tgamma ceil floor nearbyint rint lrint
    llrint round lround llround trunc fmod remainder remquo copysign nan nextafter nexttoward fdim fmax fmin fma
    j0 j1 jn y0 y1 yn gamma signgam drem significand finite isnan isinf isfinite signbit isnormal fpclassify memcpy
    memset strlen index INFINITY NAN HUGE_VAL""".split()
)


def locals_of(body: str) -> set[str]:
    return set(re.findall(r"(?:const )?\b(?:double|uint64_t|pair|\w+_t) (\w+)(?: =|;)", body))


@pytest.mark.parametrize("path", PATHS)
def test_locals_shadow_no_operation_callee_type_keyword_or_library_name(path: str) -> None:
    text = code(path)
    bodies = dict(definitions(text))
    operations = set(bodies) - {f.name for f in kernel_material.functions("c")}
    assert {"product", "choose", "two_sum"} <= operations
    taken = KEYWORDS | LIBRARY | operations | set(re.findall(r"\} (\w+);", text))
    assert set(bodies) & (KEYWORDS | LIBRARY) == set()
    for name, body in bodies.items():
        called = set(re.findall(r"\b(\w+)\(", body))
        assert locals_of(body) & (taken | called) == set(), name
    for parameters in re.findall(r"^INLINE \w+ \w+\((.*?)\)", text, re.DOTALL | re.MULTILINE):
        names = {p.split()[-1] for p in parameters.split(",")}
        assert names & taken == set()


def test_a_name_that_is_taken_gets_a_number() -> None:
    tree = function(
        "clash", ("x",), ("a", "b"), lambda b, x: (b.let("log", x + 1.0), b.let("log", x + 2.0)), "Two named log."
    )
    assert re.findall(r"const double (\w+) =", print_function(tree)) == ["log2", "log3"]


@pytest.mark.parametrize("path", PATHS)
def test_every_function_of_the_kernels_is_documented_and_every_note_a_comment(path: str) -> None:
    text = kernel_material.files()[path]
    below = functions_below([k.function for k in kernels_of(path)])
    found = [(f, re.search(rf"^INLINE \w+ {f.name}\(", text, re.MULTILINE)) for f in below]
    assert any(defined for _, defined in found)
    for f, defined in found:
        if defined:
            assert text[: defined.start()].endswith(f"/* {f.doc} */\n"), f.name
            assert [note for note in f.notes.values() if f"/* {note} */" not in text] == [], f.name


def test_every_public_function_is_declared_below_its_contract() -> None:
    for kernel in IN_C:
        header = kernel_material.files()[kernel_material.path_of(kernel).removesuffix("c") + "h"]
        block = re.search(rf"/\*((?:(?!\*/).)*)\*/\n[^/]*?\bderive_{kernel.name}\(", header, re.DOTALL)
        assert block, kernel.name
        contract = " ".join(block.group(1).split())
        for part in (
            *kernel.formulas,
            f"Domain: {kernel.domain}.",
            *kernel.special,
            "Error: binary64: ",
            kernel.digest,
        ):
            assert " ".join(part.split()) in contract, (kernel.name, part)
        for form in ("", "f", "_array", "_arrayf"):
            assert len(re.findall(rf"\bderive_{kernel.name}{form}\(", header)) == 1


@given(st.lists(st.text("abc ,", min_size=1, max_size=40), min_size=1, max_size=12).map(" x ".join), st.integers(0, 8))
def test_a_comment_is_wrapped_and_loses_no_word(text: str, indent: int) -> None:
    made = comment(text, " " * indent)
    assert made.split()[1:-1] == text.split()
    assert all(len(line) <= 118 for line in made.split("\n"))


@pytest.mark.parametrize("path", [p for p in kernel_material.files() if p.endswith(".h")])
def test_the_lines_of_a_paragraph_are_full(path: str) -> None:
    about = kernel_material.files()[path].split("*/")[1]
    for line, following in itertools.pairwise(about.splitlines()):
        if line.strip() and following.strip():
            assert len(line) + 1 + len(following.split()[0]) > 118 - len(" */"), line


# --- vectors.csv -------------------------------------------------------------------------------------------------


def test_the_table_reads_back_as_the_vectors() -> None:
    lines = [line for line in kernel_material.files()["c/vectors.csv"].splitlines() if not line.startswith("#")]
    assert lines[0] == "function,precision,arg1,arg2,arg3,arg4,expected1,expected2,expected3,expected4"
    assert len(lines) - 1 == len(kernel_material.lowered().vectors)
    for line, row in zip(lines[1:], kernel_material.lowered().vectors, strict=True):
        function_, precision, *cells = line.split(",")
        assert (function_, precision, len(cells)) == (row.function, row.precision, 8)
        read = [[float.fromhex(c).hex() for c in part if c] for part in (cells[:4], cells[4:])]
        assert read == [[x.hex() for x in row.arguments], [x.hex() for x in row.expected]]
        assert all(c == "" or c.lstrip("-").startswith("0x") or c in ("nan", "inf", "-inf") for c in cells)


@pytest.mark.parametrize("flag", ["-ffast-math", "-Ofast", "-ffinite-math-only", "-funsafe-math-optimizations"])
def test_arithmetic_that_is_not_ieee_is_refused(flag: str, tmp_path: Path, need: Callable[..., None]) -> None:
    need("gcc")
    for name in kernel_material.write_c(tmp_path):
        command = ["gcc", "-std=c99", "-O2", flag, "-fsyntax-only", name]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode and "-ffast-math and its parts" in done.stderr
