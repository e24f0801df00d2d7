"""An emitted folder with the usual formulas in place of the emitted ones: right signatures, wrong digits.

Verification must refuse it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import emitted_subjects

from derive.verify.exact import exact_point
from derive.verify.families.record import Subject
from derive.verify.ulp import PRECISIONS, nearest

#: What has usual formulas here: the Gaussians, and the functions beside them.
SUBJECTS = [s for s in emitted_subjects.SUBJECTS if not s.definition or s.name.startswith(("kl_unit_", "kl_normal_"))]

# scale -> (log sigma, variance, d(log sigma)/ds), with {s} for the scale, in the spelling that Python and C share
_FORMS = {
    "std": ("log({s})", "{s} * {s}", "1 / {s}"),
    "var": ("log({s}) / 2", "{s}", "1 / (2 * {s})"),
    "logstd": ("{s}", "exp(2 * {s})", "1"),
    "logvar": ("{s} / 2", "exp({s})", "0.5"),
}


def formulas(family: Subject) -> tuple[str, ...]:
    """The usual formulas for value and gradient, as one writes them down."""
    if not family.definition:
        return ("exp(x) - 1 - x" if family.name == "expm1mx" else "log(1 + x) - x",)
    log_sigma, variance, chain = _FORMS[family.name.rpartition("_")[2]]
    if family.arity == 2:
        log1, v1, c1 = (form.format(s="s") for form in (log_sigma, variance, chain))
        return (f"-0.5 * (1 + 2 * ({log1}) - mu * mu - ({v1}))", "mu", f"(({v1}) - 1) * ({c1})")
    (log1, v1, c1), (log2, v2, c2) = ([form.format(s=s) for form in (log_sigma, variance, chain)] for s in ("s1", "s2"))
    m = "(mu1 - mu2)"
    return (
        f"({log2}) - ({log1}) + (({v1}) + {m} * {m}) / (2 * ({v2})) - 0.5",
        f"{m} / ({v2})",
        f"(({v1}) / ({v2}) - 1) * ({c1})",
        f"-{m} / ({v2})",
        f"-(({v1}) / ({v2}) - 1 + {m} * {m} / ({v2})) * ({c2})",
    )


def arguments(family: Subject) -> tuple[str, ...]:
    """Names of the arguments in the formulas."""
    return {1: ("x",), 2: ("mu", "s"), 4: ("mu1", "s1", "mu2", "s2")}[family.arity]


def python_source() -> str:
    """A NumPy file of the usual formulas."""
    lines = ["import numpy as np", "from numpy import exp, log", ""]
    for family in SUBJECTS:
        names = ", ".join(arguments(family))
        value, *gradient = formulas(family)
        lines += [f"def {family.name}({names}, /, *, out=None):", "    with np.errstate(all='ignore'):"]
        lines += [f"        result = np.asarray({value})", "    if out is not None:", "        out[...] = result"]
        lines += ["    return result[()] if out is None else out", ""]
        if gradient:
            lines += [f"def {family.gradient}({names}, /):", "    with np.errstate(all='ignore'):"]
            lines += [
                f"        return tuple(np.broadcast_arrays({', '.join(f'np.asarray({g})' for g in gradient)}))",
                "",
            ]
    return "\n".join(lines)


def c_source() -> tuple[str, str]:
    """Header and source of the usual formulas, with the real type as a suffix of exp and log."""
    header, source = ["#include <stddef.h>", "#ifdef __cplusplus", 'extern "C" {', "#endif"], []
    for family in SUBJECTS:
        for real, suffix in (("double", ""), ("float", "f")):
            for declaration, body in _c_functions(family, real, suffix):
                header.append(declaration + ";")
                source.append(f"{declaration}\n{{\n{body}\n}}\n")
    header += ["#ifdef __cplusplus", "}", "#endif", ""]
    refuse = '#ifdef __FAST_MATH__\n#error "not under -ffast-math"\n#endif\n'
    return "\n".join(header), f'#include "derive_kl.h"\n#include <math.h>\n{refuse}' + "\n".join(source)


def _c_functions(family: Subject, real: str, suffix: str) -> list[tuple[str, str]]:
    names = arguments(family)
    scalars = ", ".join(f"{real} {n}" for n in names)
    arrays = "size_t n, " + ", ".join(f"const {real} *{n}" for n in names)
    at = ", ".join(f"{n}[i]" for n in names)
    value, *gradient = formulas(family)
    functions = [
        (f"{real} derive_{family.name}{suffix}({scalars})", f"    return ({real})({value});"),
        (
            f"void derive_{family.name}_array{suffix}({arrays}, {real} *out)",
            f"    for (size_t i = 0; i < n; i++)\n        out[i] = derive_{family.name}{suffix}({at});",
        ),
    ]
    if gradient:
        loop = f"    for (size_t i = 0; i < n; i++)\n        total += derive_{family.name}{suffix}({at});\n"
        body = f"    double total = 0;\n{loop}    return total;"
        functions.append((f"double derive_{family.sum}{suffix}({arrays})", body))
        outs = ", ".join(f"{real} *d_{n}" for n in names)
        stores = "\n".join(f"    *d_{n} = ({real})({g});" for n, g in zip(names, gradient, strict=True))
        targets = ", ".join(f"&d_{n}[i]" for n in names)
        both = f"void derive_{family.name}_value_grad_array{suffix}({arrays}, {real} *value, {outs})"
        each = f"value[i] = derive_{family.name}{suffix}({at}); derive_{family.gradient}{suffix}({at}, {targets});"
        one_pass = f"    for (size_t i = 0; i < n; i++) {{ {each} }}"
        functions += [
            (f"void derive_{family.gradient}{suffix}({scalars}, {outs})", _unused(names, gradient) + stores),
            (
                f"void derive_{family.gradient}_array{suffix}({arrays}, {outs})",
                f"    for (size_t i = 0; i < n; i++)\n        derive_{family.gradient}{suffix}({at}, {targets});",
            ),
            (both, one_pass),
        ]
    return functions


def _unused(names: tuple[str, ...], gradient: list[str]) -> str:
    text = " ".join(gradient)
    return "".join(f"    (void){n};\n" for n in names if n not in text)


def vectors() -> str:
    """A table with one right row for each function and format."""
    rows = ["function,precision,arg1,arg2,arg3,arg4,result1,result2,result3,result4"]
    for family in SUBJECTS:
        for precision in PRECISIONS:
            point = (0.5, 1.5, 0.25, 2.0)[: family.arity]
            exact = exact_point(family, point)
            for function in family.functions:
                results = [nearest(value, precision).hex() for value in exact[family.columns(function)]]
                cells = [a.hex() for a in point] + [""] * (4 - len(point)) + results + [""] * (4 - len(results))
                rows.append(",".join((function, precision.name, *cells)))
    return "\n".join(rows) + "\n"


def write(folder: Path, *, bound: float = 8.0) -> None:
    """The stand-in folder, with a manifest that declares the bound for every function."""
    header, source = c_source()
    files = {
        "python/kl_normal.py": python_source(),
        "c/derive_kl.h": header,
        "c/derive_kl.c": source,
        "c/selftest.c": "int main(void)\n{\n    return 0;\n}\n",
        "c/vectors.csv": vectors(),
    }
    write_files(folder, files, bound)


def write_files(folder: Path, files: dict[str, str], bound: float = 8.0) -> None:
    """Files and a manifest that fits them."""
    declared = {"ulp": bound, "established": "tested"}
    names = [function for family in SUBJECTS for function in family.functions]
    sums = {family.sum: declared for family in SUBJECTS if family.sum}
    formats = {p.name: dict.fromkeys(names, declared) for p in PRECISIONS}
    in_c = {precision: functions | sums for precision, functions in formats.items()}
    digests = {}
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
        digests[path] = hashlib.sha256(text.encode()).hexdigest()
    manifest = {"schema": 1, "files": digests, "bounds": {"c": in_c, "python": formats}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
