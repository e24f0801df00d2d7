"""Builds derive/_ufuncs, NumPy ufuncs over the emitted C. The rest is declared in pyproject.toml.

Without a compiler, or without NumPy's headers, the install works and does without: `derive.generated.backend` says
which implementation is used.
"""

import ast
import hashlib
import json
import re
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent
C = ROOT / "generated" / "c"


#: Of a ufunc, in the place of what the NumPy function returns.
RETURNS = "As of every ufunc of NumPy: float32 where no argument asks for more, otherwise float64."


def bound(entry: dict[str, object]) -> str:
    """In the words of the C header."""
    if entry["established"] == "exhaustive":
        return "correctly rounded, tested on all 2^32 arguments"
    return f"{entry['ulp']} ulp, {entry['established']}"


def functions() -> dict[str, tuple[int, int, str]]:
    """Name -> number of arguments, number of results, docstring, of every function of the emitted NumPy files.

    The docstring is that of the NumPy function, with the error bounds of the C that computes here.
    """
    formats = json.loads((ROOT / "generated" / "manifest.json").read_text())["bounds"]["c"]
    found = {}
    for path in sorted((ROOT / "generated" / "python").glob("kl_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not any(isinstance(node, ast.Import) and node.names[0].name == "numpy" for node in tree.body):
            continue  # the file of a framework
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name in formats["binary64"]:
                inputs = len(node.args.posonlyargs)
                outputs = inputs if node.name.endswith("_grad") else 1
                said = "; ".join(f"{form}: {bound(table[node.name])}" for form, table in formats.items())
                text = re.sub(r"^Error: .*$", f"Error: {said}.", ast.get_docstring(node) or "", flags=re.MULTILINE)
                text = re.sub(r"(?<=\nReturns\n-------\n).*?(?=\n\n)", RETURNS, text, flags=re.DOTALL)
                called = f"{node.name}({', '.join(a.arg for a in node.args.posonlyargs)})"
                text = text.replace("\n\nParameters\n", f"\n\nBy position only: {called}.\n\nParameters\n", 1)
                found[node.name] = inputs, outputs, text
    return found


def digest() -> str:
    """Of the emitted C: `derive.generated` uses the ufuncs of exactly that."""
    content = hashlib.sha256()
    for path in sorted(C.glob("derive_*.[ch]")):
        content.update(path.name.encode() + b"\n" + path.read_bytes())
    return content.hexdigest()


class Build(build_ext):
    """Writes the table of the functions, and asks NumPy where its headers are only when there is something to build."""

    def build_extension(self, extension: Extension) -> None:
        import numpy

        place = Path(self.build_temp)
        place.mkdir(parents=True, exist_ok=True)
        lines = [f"UFUNC({name}, {i}, {o}, {json.dumps(doc)})\n" for name, (i, o, doc) in functions().items()]
        (place / "functions.inc").write_text("".join(lines), encoding="ascii", errors="replace")
        extension.include_dirs += [numpy.get_include(), str(place), str(C)]
        super().build_extension(extension)


setup(
    cmdclass={"build_ext": Build},
    ext_modules=[
        Extension(
            "derive._ufuncs",
            sources=["derive/ufuncs/module.c", *sorted(f"generated/c/{p.name}" for p in C.glob("derive_*.c"))],
            define_macros=[("DERIVE_DIGEST", f'"{digest()}"')],
            extra_compile_args=["-O3", "-g0", "-std=c99"],
            py_limited_api=True,
            optional=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
