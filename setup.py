"""Builds derive/_ufuncs, NumPy ufuncs over the emitted C. The rest is declared in pyproject.toml.

Without a compiler, or without NumPy's headers, the install works and does without: `derive.generated.backend` says
which implementation is used.
"""

import ast
import hashlib
import json
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent
C = ROOT / "generated" / "c"


def functions() -> dict[str, tuple[int, int, str]]:
    """Name -> number of arguments, number of results, docstring, of every function of the emitted NumPy files."""
    declared = json.loads((ROOT / "generated" / "manifest.json").read_text())["bounds"]["c"]["binary64"]
    found = {}
    for path in sorted((ROOT / "generated" / "python").glob("kl_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name in declared:
                inputs = len(node.args.posonlyargs)
                outputs = inputs if not node.args.kwonlyargs and node.name.endswith("_grad") else 1
                found[node.name] = inputs, outputs, ast.get_docstring(node) or ""
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
