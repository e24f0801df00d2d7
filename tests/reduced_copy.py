"""Copies of generated/ of which a part is gone, consistently: what is verified more than once is verified quicker."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

GENERATED = Path(__file__).resolve().parent.parent / "generated"
TARGETS = ("c", "python")
#: What the table and the selftest of C say of one function or of the header of one family.
PARTS = {
    "c/vectors.csv": r"^((?:kl_|expm1mx|log1pmx)\w*),.*\n",
    "c/selftest.c": r' {4}if \(strcmp\(name, "(\w+)"\) == 0\) \{\n(?: {8}.*\n)+ {4}\}\n'
    r'|^#include "(derive_kl\w*)\.h"\n',
}


def smallest() -> str:
    """The family with the shortest files."""
    families = json.loads((GENERATED / "manifest.json").read_text(encoding="utf-8"))["families"]
    return str(min(families, key=lambda f: sum((GENERATED / path).stat().st_size for path in f["files"]))["name"])


def reduced_copy(folder: Path, *families: str, source: Path = GENERATED) -> Path:
    """The files for C and NumPy alone, none for frameworks, of these families, by default of all."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    bounds = {target: manifest["bounds"][target] for target in TARGETS}
    frameworks = manifest["bounds"].keys() - TARGETS
    kept = [family for family in manifest["families"] if family["name"] in (families or {family["name"]})]
    functions = {name for family in kept for name in family["functions"]}
    gone = {path for family in manifest["families"] for path in family["files"]}
    for family in kept:
        family["files"] = [path for path in family["files"] if path not in {f"python/kl_{f}.py" for f in frameworks}]
        gone -= set(family["files"])
        for function in family["functions"].values():
            for framework in function.keys() & frameworks:
                del function[framework]
    for path in gone:
        (folder / path).unlink()
        del manifest["files"][path]
    stays = functions | {Path(path).stem for path in manifest["files"] if path.endswith(".h")}
    for path, pattern in PARTS.items():
        text = (folder / path).read_text(encoding="utf-8")
        text = re.sub(pattern, lambda part: part[0] if stays & {*part.groups()} else "", text, flags=re.MULTILINE)
        (folder / path).write_text(text, encoding="utf-8")
        manifest["files"][path] = hashlib.sha256(text.encode()).hexdigest()
    for bound in (bound for formats in bounds.values() for bound in formats.values()):
        for name in [name for name in bound if name.removesuffix("_sum") not in functions]:
            del bound[name]
    (folder / "manifest.json").write_text(json.dumps(manifest | {"families": kept, "bounds": bounds}), encoding="utf-8")
    return folder
