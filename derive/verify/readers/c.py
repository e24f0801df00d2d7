"""The kernel functions of the C file as trees, by pycparser, from what the compiler's preprocessor makes of it.

Attributes are nothing, the system's headers are stubs, and ``DERIVE_KL_NO_CLONES`` is defined: the choice between
instruction sets is not read, nor are the loops over arrays. A function with a loop, a branch, an assignment to anything
but its result, or a word that is not known here is not read: nothing is guessed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from derive.verify.readers.tree import Read, Tree, argument, constant, result, tree

#: Just enough of the headers for a parser.
_STUBS: Mapping[str, str] = {
    "float.h": "",
    "math.h": "double fma(double, double, double); double fabs(double); double sqrt(double);\n",
    "stdint.h": "typedef unsigned long long uint64_t;\n#define UINT64_C(x) x##ULL\n",
    "stddef.h": "typedef unsigned long size_t;\n",
    "string.h": "void *memcpy(void *, const void *, unsigned long);\n",
}

#: The header of the same pair, which has nothing to read; the software fma, which every pair has under its own name.
_OWN_HEADER = re.compile(r'#include "derive_\w+\.h"')
_OWN_FMA = re.compile(r"\bderive_\w+_fma\b")

#: The file's own functions of elementary operations, typed here again: how each is called in a tree.
OPERATIONS: Mapping[str, str] = {
    "product": "mul",
    "fma": "fma",
    "derive_kl_fma": "fma",
    "sqrt": "sqrt",
    "fabs": "abs",
    "smaller": "min",
    "larger": "max",
    "choose": "select",
    "nearest_integer": "round",
    "power_of_two": "pow2",
    "exponent_of": "exponent",
    "significand_of": "significand",
    "nearest_power": "nearest_power",
    "scale_of_quotient": "balance",
    "round_to_odd": "round_odd",
    "two_sum": "two_sum",
    "fast_two_sum": "fast_two_sum",
    "two_prod": "two_prod",
    "two_fma": "two_fma",
    "fast_two_fma": "fast_two_fma",
    "less": "lt",
    "less_equal": "le",
    "equal": "eq",
    "outside": "outside",
}
_SIGNS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "&": "and", "|": "or"}


class Unreadable(Exception):
    """The text says what this reader has no meaning for."""


class Missing(Exception):
    """A tool that this reader needs is not there."""


def read(text: str) -> dict[str, Read | str]:
    """What each function of the file computes, by its name; where that cannot be read, why.

    Raises
    ------
    Unreadable : where the text is no C.
    Missing : where there is no C preprocessor, or no pycparser.
    """
    try:
        from pycparser import c_parser
    except ModuleNotFoundError as error:
        raise Missing("pycparser is not installed: pip install pycparser") from error
    try:
        unit = c_parser.CParser().parse(_preprocessed(text), "derive_kl.c")
    except c_parser.ParseError as error:
        raise Unreadable(f"it cannot be parsed: {error}") from error
    return {node.decl.name: _function(node) for node in unit.ext if type(node).__name__ == "FuncDef"}


def _preprocessed(text: str) -> str:
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        raise Missing("there is no C compiler, whose preprocessor is needed")
    with tempfile.TemporaryDirectory(prefix="derive-") as scratch:
        for name, content in _STUBS.items():
            (Path(scratch) / name).write_text(content, encoding="utf-8")
        # The header declares what the loops define; only they need it.
        source = _OWN_FMA.sub("derive_kl_fma", _OWN_HEADER.sub("#include <stddef.h>", text))
        command = [compiler, "-E", "-P", "-std=c99", "-nostdinc", "-I", scratch, "-DDERIVE_KL_NO_CLONES"]
        command += ["-D__attribute__(x)=", "-U__GNUC__", "-U__clang__", "-U__FAST_MATH__", "-x", "c", "-"]
        done = subprocess.run(command, input=source, capture_output=True, text=True, encoding="utf-8", timeout=60)
    if done.returncode:
        raise Unreadable(f"the preprocessor fails: {' '.join(done.stderr.split())[:200]}")
    return done.stdout


def _function(node: Any) -> Read | str:
    name = node.decl.name
    reader = _Reader({p.name: argument(i) for i, p in enumerate(node.decl.type.args.params)})
    try:
        for statement in node.body.block_items[:-1]:
            reader.statement(statement)
        last = node.body.block_items[-1]
        if type(last).__name__ != "Return":
            raise Unreadable("it does not end with what it returns")
        if type(last.expr).__name__ == "ID" and last.expr.name == "out":
            return Read(name, reader.results)
        return Read(name, {"0": reader.value(last.expr)})
    except Unreadable as error:
        return str(error)


class _Reader:
    """The statements of one function, which are definitions and the members of ``out``."""

    def __init__(self, known: dict[str, Tree]) -> None:
        self.known = known
        self.results: dict[str, Tree] = {}

    def statement(self, node: Any) -> None:
        match type(node).__name__:
            case "Decl" if node.name == "out" and node.init is None:
                pass
            case "Decl" if node.init is not None and node.name not in self.known:
                self.known[node.name] = self.value(node.init)
            case "Assignment" if node.op == "=" and _member(node.lvalue, "out") is not None:
                member = node.lvalue.field.name
                if member in self.results:
                    raise Unreadable(f"out.{member} is given twice")
                self.results[member] = self.value(node.rvalue)
            case kind:
                raise Unreadable(f"{node.coord}: a {kind}")

    def value(self, node: Any) -> Tree:
        match type(node).__name__:
            case "Constant" if node.type in ("double", "float", "int"):  # "float" of every hex float before 2.22
                return constant(_number(node.value))
            case "Cast" if type(node.expr).__name__ == "ID" and node.expr.name in ("INFINITY", "NAN"):
                return constant(float(node.expr.name[:3].lower()))
            case "ID" if node.name in self.known:
                return self.known[node.name]
            case "StructRef" if type(node.name).__name__ == "ID" and node.type == "." and node.name.name in self.known:
                return result(self.known[node.name.name], node.field.name)
            case "UnaryOp" if node.op in ("-", "~"):
                return tree("neg" if node.op == "-" else "not", self.value(node.expr))
            case "BinaryOp" if node.op in _SIGNS:
                return tree(_SIGNS[node.op], self.value(node.left), self.value(node.right))
            case "FuncCall":
                return self.call(node)
            case kind:
                raise Unreadable(f"{node.coord}: a {kind}")

    def call(self, node: Any) -> Tree:
        name = node.name.name
        args = [self.value(a) for a in node.args.exprs]
        if name in OPERATIONS:
            return tree(OPERATIONS[name], *args)
        return tree("call", *args, value=name)


def _member(node: Any, of: str) -> str | None:
    found = type(node).__name__ == "StructRef" and type(node.name).__name__ == "ID" and node.name.name == of
    return node.field.name if found else None


def _number(text: str) -> float:
    try:
        return float.fromhex(text) if text.lower().startswith("0x") else float(text)
    except ValueError:
        raise Unreadable(f"{text} is not a number of double") from None
