"""The text of the kernels is read back as the trees that were analysed; a fault of a printer alone is found."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping

import kernel_material
import pytest
from derive.proofs import REGISTRY

from derive.emit import Material, kernel_printer
from derive.emit import c as emit_c
from derive.emit import python as emit_python
from derive.emit.c import printer as c_printer
from derive.emit.python import printer as python_printer
from derive.pipeline import tools_required
from derive.report import Check, Status
from derive.stages.readback import check
from derive.verify.readers import c, python
from derive.verify.readers.tree import Read

LOWERED = kernel_material.lowered()
MATERIAL = Material(REGISTRY, (), LOWERED.kernels, LOWERED.vectors, LOWERED.readings, LOWERED.polynomials)
PATHS = {"c": "c/derive_kl.c", "python": "python/kl_normal.py"}


def emitted() -> dict[str, bytes]:
    return {**emit_c.emit(MATERIAL), **emit_python.emit(MATERIAL)}


FILES = emitted()


def compared(target: str, files: Mapping[str, bytes]) -> Check:
    kernels = [k for k in LOWERED.kernels if k.target == target or k.plain]  # whose files are not read back
    (found,) = (c for c in check(kernels, files).checks if PATHS[target].partition("/")[0] + "/" in c.name)
    return found


@pytest.fixture(params=["c", "python"])
def target(request: pytest.FixtureRequest) -> str:
    if request.param == "c" and shutil.which("cc") is None:
        (pytest.fail if tools_required() else pytest.skip)("NOT CHECKED: there is no C preprocessor")
    return str(request.param)


def test_every_kernel_function_is_its_tree(target: str) -> None:
    found = compared(target, FILES)
    assert found.status is Status.PASSED, found.detail
    assert int(found.detail.split()[0]) > 50
    rest = found.figures["not compared"]
    assert isinstance(rest, list)
    assert not [name for name in rest if re.fullmatch("kl_.*_(parts|slopes|twice|narrow|ordinary|outside)", name)]


def test_a_constant_of_float_is_not_taken_for_one_of_double() -> None:
    if shutil.which("cc") is None:
        (pytest.fail if tools_required() else pytest.skip)("NOT CHECKED: there is no C preprocessor")
    text = FILES[PATHS["c"]]
    assert b"HEX(-0x1p-6, -0.015625)" in text
    narrowed = text.replace(b"HEX(-0x1p-6, -0.015625)", b"HEX(-0x1p-6f, -0.015625f)")
    found = compared("c", {**FILES, PATHS["c"]: narrowed})
    assert found.status is Status.FAILED
    assert "is not a number of double" in found.detail


# --- a printer that is wrong, and alone ---------------------------------------------------------------------------


def operand_without_brackets(self: kernel_printer.TreePrinter, n: object, _parent: object) -> str:
    return self.text[n]  # type: ignore[index]


#: What is changed in a printer: the object, its attribute, the wrong value made of the right one.
FAULTS: dict[str, tuple[str, object, str, Callable[..., object]]] = {
    "another operation in C": ("c", c_printer, "_CALLS", lambda right: {**right, "min": "larger"}),
    "a comparison in C": ("c", c_printer.CPrinter, "calls", lambda right: {**right, "lt": "less_equal"}),
    "a sign in C": ("c", c_printer.CPrinter, "infix", lambda right: {**right, "sub": "+"}),
    "no brackets in C": ("c", kernel_printer.TreePrinter, "operand", lambda _right: operand_without_brackets),
    "the last digit of a constant in C": (
        "c", c_printer, "literal", lambda right: lambda value: right(value).replace("5555p", "5556p"),
    ),
    "a constant in C": ("c", c_printer, "literal", lambda right: lambda v: right(0.25 if v == 0.125 else v)),
    "members in C": ("c", c_printer, "_MEMBERS", lambda right: {**right, "nearest_power": ("power", "k")}),
    "a sign in Python": ("python", python_printer.PythonPrinter, "infix", lambda right: {**right, "div": "*"}),
    "no brackets in Python": ("python", kernel_printer.TreePrinter, "operand", lambda _right: operand_without_brackets),
    "fifteen digits in Python": ("python", python_printer, "literal", lambda _right: lambda value: f"{value:.15g}"),
    "a difference turned round in Python": ("python", python_printer, "_COMMUTATIVE", lambda right: right | {"sub"}),
    "an array overwritten that is needed": (
        "python", python_printer.PythonPrinter, "_dies", lambda _right: lambda self, a: a in self.arrays,
    ),
    "a comparison turned in Python": ("python", python_printer, "_TURNED", lambda _right: {"lt": "<", "le": "<="}),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_printer_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target, place, name, wrong = FAULTS[fault]
    if target == "c" and shutil.which("cc") is None:
        (pytest.fail if tools_required() else pytest.skip)("NOT CHECKED: there is no C preprocessor")
    value = wrong(getattr(place, name))
    monkeypatch.setattr(place, name, value)
    if name == "_CALLS":
        monkeypatch.setattr(c_printer.CPrinter, "calls", value)
    files = emitted()
    assert files[PATHS[target]] != FILES[PATHS[target]]
    found = compared(target, files)
    assert found.status is Status.FAILED
    assert "the text says" in found.detail or "line" in found.detail or ".c:" in found.detail


def test_every_constant_counts(target: str) -> None:
    """Each long constant of a kernel's text, its last digit changed: none goes unseen."""
    text = FILES[PATHS[target]].decode()
    start = text.index("--- the kernels" if target == "c" else "--- kernels for all numbers")
    code = re.compile(r"0x1\.[0-9a-f]{12,13}(?=p)" if target == "c" else r"(?<![\w.#])\d\.\d{14,}")
    end = text.index("int derive_kl_selftest(void)\n{") if target == "c" else len(text)
    places = [m for m in code.finditer(text, start, end) if not in_comment(text, m.start())]
    assert len(places) > 50
    for place in places[:: len(places) // 12]:
        digit = {"7": "6", "1": "3"}.get(text[place.end() - 1], "7")
        if target == "python":  # the digit before the last: the last may round to the same number
            changed = text[: place.end() - 2] + ("7" if text[place.end() - 2] != "7" else "2") + text[place.end() - 1 :]
        else:
            changed = text[: place.end() - 1] + digit + text[place.end() :]
        assert compared(target, {**FILES, PATHS[target]: changed.encode()}).status is Status.FAILED, place[0]


def in_comment(text: str, at: int) -> bool:
    line = text[text.rindex("\n", 0, at) : at]
    return "/*" in line or "#" in line


# --- the readers --------------------------------------------------------------------------------------------------


def said(found: Read | str) -> str:
    """The neutral text without the order of operands that no arithmetic can tell apart, or what cannot be read."""
    return found if isinstance(found, str) else "; ".join(sorted(re.sub(r"%\d+", "%", x) for x in found.lines))


PYTHON = {
    "def _f(a, b):\n    return a - b": "% = arg 0; % = arg 1; % = sub % %; 0 = %",
    "def _f(a):\n    x = a * 3.0\n    y = np.subtract(a, x, out=x)\n    return x, y": (
        "% = arg 0; % = const 0x1.8000000000000p+1; % = mul % %; % = sub % %; 0 = %; 1 = %"
    ),
    "def _f(a):\n    x = a / a\n    y = x\n    x += a\n    return y": "% = add % %; % = arg 0; % = div % %; 0 = %",
    "def _f(a):\n    a += 1.0\n    return a": "it writes into its argument",
    "def _f(a):\n    for x in a:\n        pass\n    return a": "line 2: for x in a:\n    pass",
    "def _f(a):\n    return unknown(a)": "line 2: unknown(a)",
    "def _f(a):\n    return a if a else 1.0": "line 2: a if a else 1.0",
    "def _f(a):\n    m = a < 1.0\n    if not a.all():\n        m |= a > 2.0\n    return m": "line 3: a.all()",
}


@pytest.mark.parametrize("text", PYTHON)
def test_python_is_read_as_numpy_runs_it(text: str) -> None:
    assert said(python.read(text)["f"]) == PYTHON[text]


C = {
    "double f(double a, double b) { return a - (b - 2.0); }": (
        "% = add % %; % = arg 0; % = arg 1; % = const -0x1.0000000000000p+1; % = sub % %; 0 = %"
    ),
    "double f(double a) { const double x = -a; return product(x, a); }": ("% = arg 0; % = mul % %; % = neg %; 0 = %"),
    "#define fma(a, b, c) ((a) + (b))\ndouble f(double a) { return fma(a, a, 1.0); }": "% = add % %; % = arg 0; 0 = %",
    "double f(double a) { a = 2.0 * a; return a; }": "a Assignment",
    "double f(double a) { if (a < 1.0) return a; return -a; }": "a If",
    "double f(double a) { return a < 1.0 ? a : 1.0; }": "a TernaryOp",
}


@pytest.mark.parametrize("text", C)
def test_c_is_read_as_a_compiler_reads_it(text: str) -> None:
    if shutil.which("cc") is None:
        (pytest.fail if tools_required() else pytest.skip)("NOT CHECKED: there is no C preprocessor")
    assert said(c.read(text + "\n")["f"]).endswith(C[text])


def test_without_a_compiler_nothing_is_read_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = compared("c", FILES)
    assert found.status is Status.NOT_CHECKED
    assert "C compiler" in found.detail
    assert check(LOWERED.kernels, FILES, require_tools=True).failed


def test_a_function_that_is_not_there_is_named(target: str) -> None:
    renamed = {path: text.replace(b"atanh_rest", b"atanh_tail") for path, text in FILES.items()}
    found = compared(target, renamed)
    assert "atanh_rest: no text has such a function" in found.detail
