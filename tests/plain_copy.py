"""A copy of generated/ that has files for C and NumPy alone: what is verified more than once is verified quicker."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

GENERATED = Path(__file__).resolve().parent.parent / "generated"
TARGETS = ("c", "python")


def plain_copy(folder: Path) -> Path:
    """``folder``, with all that is emitted but the files for frameworks, and a manifest that knows of no others."""
    shutil.copytree(GENERATED, folder, ignore=shutil.ignore_patterns("__pycache__"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    frameworks = manifest["bounds"].keys() - TARGETS
    gone = {f"python/kl_{target}.py" for target in frameworks}
    for path in gone:
        (folder / path).unlink()
        del manifest["files"][path]
    manifest["bounds"] = {target: manifest["bounds"][target] for target in TARGETS}
    for family in manifest["families"]:
        family["files"] = [path for path in family["files"] if path not in gone]
        for entry in family["functions"].values():
            for target in frameworks & entry.keys():
                del entry[target]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder
