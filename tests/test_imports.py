"""Who may import whom: read from the imports of every file, those inside functions included."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLACES = {"derive": ROOT / "derive", "derive.proofs": ROOT / "proofs", "derive.generated": ROOT / "generated"}

OUTCOMES = {"derive.errors", "derive.report", "derive.untrusted"}  # how a stage reports; mathematics nowhere in it
VOCABULARY = {f"derive.vocabulary.{name}" for name in ("family", "theorem", "formula", "step", "moments", "condition")}
KERNELS = {f"derive.vocabulary.{name}" for name in ("kernel", "summation", "framework")}
EVERYTHING = {"derive"}

#: package or module -> what it may import, besides itself and the standard library; the longest match decides
ALLOWED: dict[str, set[str]] = {
    "derive": set(),
    "derive.__init__": {"derive.pipeline", "derive.identify", "derive.audit"},
    "derive.__main__": {"derive.cli"},
    "derive.checkout": OUTCOMES | {"derive.__init__"},
    "derive.cli": OUTCOMES
    | {
        "derive.bench",
        "derive.pictures",
        "derive.document",
        "derive.__init__",
        "derive.pipeline",
        "derive.views",
        "derive.publish",
        "derive.vendor",
        "derive.checkout",
        "derive.campaign.cluster",
    }
    | {"click"},
    # an executor and nothing of what it executes
    "derive.campaign": OUTCOMES | {"numpy", "mpmath", "flint"},
    "derive.campaign.cluster": OUTCOMES | {"distributed"},
    # takes files and gives a report: nothing of what printed them
    "derive.judge": OUTCOMES,
    # the rule for masks stands in an emitted file as it stands there
    "derive.emit": VOCABULARY | KERNELS | {"derive.__init__", "derive.errors", "derive.reduction", "sympy", "flint"},
    # what was proved and what was measured, for people
    "derive.document": VOCABULARY | {"derive.__init__", "derive.emit", "derive.errors"},
    "derive.pictures": VOCABULARY | {"derive.bench", "derive.errors", "sympy", "numpy", "matplotlib"},
    "derive.errors": set(),
    "derive.vocabulary.condition": {"sympy"},
    "derive.vocabulary.formula": {"derive.vocabulary.condition", "sympy"},
    "derive.generated": {"numpy"},
    "derive.torch": {"derive.generated", "derive.reduction", "torch"},
    "derive.generated.python.kl_torch": {"torch"},
    "derive.generated.python.kl_jax": {"jax"},
    "derive.generated.python.kl_keras": {"keras"},
    "derive.jax": {"derive.generated", "derive.reduction", "jax"},
    "derive.keras": {"derive.generated", "derive.reduction", "keras"},
    "derive.generated.__init__": {"derive.__init__", "derive.generated"},
    "derive.identify": OUTCOMES
    | VOCABULARY
    | {"derive.campaign", "derive.prove", "derive.proofs", "sympy", "flint", "mpmath", "numpy", "click"},
    # the text is read, then matched, then answered
    "derive.identify.read": OUTCOMES | VOCABULARY | {"derive.proofs", "sympy"},
    "derive.identify.match": OUTCOMES | VOCABULARY | {"derive.identify.read", "derive.prove", "derive.proofs", "sympy"},
    # measurements, with the exact values and the compilers of verification
    "derive.bench": OUTCOMES | {"derive.campaign", "derive.verify", "numpy"},
    "derive.audit": OUTCOMES
    | {"derive.__init__", "derive.campaign", "derive.identify", "derive.prove", "derive.proofs", "click", "pathspec"},
    "derive.vocabulary.kernel": {"derive.errors", "sympy"},
    "derive.vocabulary.summation": set(),
    # that a kernel means its formula is decided by the procedure of the proofs
    "derive.lower": OUTCOMES | VOCABULARY | KERNELS | {"derive.prove", "sympy", "flint", "mpmath", "numpy"},
    "derive.pipeline": EVERYTHING,
    "derive.proofs": {f"derive.vocabulary.{name}" for name in ("family", "theorem", "complete")} | {"sympy"},
    "derive.stages.folder": {"derive.errors", "derive.vocabulary.complete"},
    "derive.vocabulary.complete": VOCABULARY | {"derive.errors"},
    "derive.prove": OUTCOMES | VOCABULARY | {"derive.vocabulary.kernel", "sympy", "flint"},
    "derive.stages.proving": OUTCOMES | {"derive.campaign", "derive.prove"},
    "derive.publish": {"derive.__init__", "derive.errors"},
    "derive.requirements": {"derive.errors"},
    # what was printed, read back by verification, against what was to be printed
    "derive.stages.readback": OUTCOMES | {"derive.vocabulary.kernel", "derive.verify.readers"},
    "derive.stages": set(),
    "derive.stages.judging": {"derive.emit", "derive.judge", "derive.report"},
    "derive.report": set(),
    "derive.untrusted": set(),
    "derive.views": EVERYTHING,
    "derive.views.theorems": VOCABULARY | {"derive.emit"},
    "derive.vocabulary.family": {"derive.vocabulary.formula", "derive.vocabulary.theorem"},
    "derive.vocabulary.step": {"derive.vocabulary.condition", "derive.vocabulary.formula", "sympy"},
    "derive.vocabulary.moments": {f"derive.vocabulary.{name}" for name in ("condition", "formula", "step")} | {"sympy"},
    "derive.vocabulary.theorem": {f"derive.vocabulary.{name}" for name in ("condition", "formula", "step", "moments")}
    | {"derive.errors", "sympy"},
    # copies of emitted files; what a part of one is, the record of its target knows
    "derive.vendor": {"derive.__init__", "derive.errors", "derive.verify"},
    "derive.verify": OUTCOMES | {"derive.campaign", "numpy", "mpmath", "flint"},
    # a framework in its loader alone
    "derive.verify.targets.torch": OUTCOMES | {"derive.verify", "numpy", "torch"},
    "derive.verify.targets.jax": OUTCOMES | {"derive.verify", "numpy", "jax"},
    "derive.verify.targets.keras": OUTCOMES | {"derive.verify", "numpy", "keras", "torch", "jax"},
    # emitted text and nothing of what printed it
    "derive.verify.readers": {"pycparser", "derive.verify.source"},
}


#: the same for imports under ``if TYPE_CHECKING``, which name a type and bring nothing in
FOR_TYPES: dict[str, set[str]] = {
    "derive.emit": {"derive.prove"},
    "derive.cli": {"derive.judge"},
    "derive.document": {"derive.prove"},
    "derive.vocabulary.theorem": {"derive.vocabulary.family"},
    "derive.stages.folder": {"derive.vocabulary.theorem"},
    "derive.stages.proving": {"derive.prove", "derive.vocabulary.theorem"},
    "derive.stages.judging": {"derive.judge", "derive.vocabulary.theorem"},
}


def modules() -> Iterator[tuple[str, Path]]:
    for package, folder in PLACES.items():
        for path in sorted(folder.rglob("*.py")):
            yield ".".join((package, *path.relative_to(folder).with_suffix("").parts)), path


def imported(module: str, tree: ast.AST) -> set[str]:
    """Absolute names of all imported modules. A package is named by its ``__init__`` where only that is imported."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = module.split(".")[: -node.level] if node.level else []
            name = ".".join([*base, *filter(None, [node.module])])
            below = {f"{name}.{alias.name}" for alias in node.names}
            known = below & KNOWN
            found |= known | ({name} if below - known else set())
    return {f"{name}.__init__" if name == "derive" else name for name in found}


MODULES = list(modules())
KNOWN = {name for name, _ in MODULES} | {name.rpartition(".")[0] for name, _ in MODULES}


def covers(name: str, module: str) -> bool:
    return module == name or module.startswith(name + ".")


def forbidden(module: str, source: str) -> set[str]:
    owner = max((name for name in ALLOWED if covers(name, module)), key=len)
    mine = {owner} if owner != "derive" else set()
    allowed = ALLOWED[owner] | mine | set(sys.stdlib_module_names)
    everywhere, for_types = split_off_types(ast.parse(source))
    return {name for name in imported(module, everywhere) if not any(covers(a, name) for a in allowed)} | {
        name
        for name in imported(module, for_types)
        if not any(covers(a, name) for a in allowed | FOR_TYPES.get(owner, set()))
    }


def split_off_types(tree: ast.Module) -> tuple[ast.Module, ast.Module]:
    """The module without what stands under ``if TYPE_CHECKING`` at its top level, and that alone."""
    apart = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    rest = [node for node in tree.body if node not in apart]
    return ast.Module(rest, []), ast.Module([statement for node in apart for statement in node.body], [])


@pytest.mark.parametrize(("module", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_imports_follow_the_architecture(module: str, path: Path) -> None:
    assert forbidden(module, path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(("module", "path"), [m for m in MODULES if covers("derive.generated", m[0])])
def test_emitted_modules_import_each_other_relatively(module: str, path: Path) -> None:
    names = [
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.level == 0)
    ]
    # the package file may try the ufuncs that an installed derive has
    tried = ["derive"] if module == "derive.generated.__init__" else []
    assert [name for name in names if name and name.split(".")[0] in ("derive", "generated")] == tried


@pytest.mark.parametrize(
    ("module", "source", "name"),
    [
        ("derive.verify.checks.oracle", "def f():\n    from derive.prove import prove", "derive.prove"),
        ("derive.verify.ulp", "from ..emit import c", "derive.emit"),
        ("derive.verify.checks.oracle", "import sympy", "sympy"),
        ("derive.proofs.cost", "from derive import lower", "derive.lower"),
        ("derive.cli.build", "import derive.prove", "derive.prove"),
        ("derive.generated.python.kl_normal", "import derive", "derive.__init__"),
        ("derive.emit.c", "def f():\n    from derive.prove import CheckedTheorem", "derive.prove"),
        (
            "derive.verify.checks.oracle",
            "if TYPE_CHECKING:\n    from derive.prove import CheckedTheorem",
            "derive.prove",
        ),
        ("derive.newcomer", "from derive.errors import DeriveError", "derive.errors"),
    ],
)
def test_a_forbidden_import_is_found(module: str, source: str, name: str) -> None:
    assert any(covers(name, found) or name == found for found in forbidden(module, source))


@pytest.mark.parametrize("package", ["derive", "derive.generated", "derive.verify", "derive.cli"])
def test_importing_never_imports_sympy(package: str) -> None:
    script = f"import sys, {package}; print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"


def test_every_call_of_the_package_stays_callable_after_its_subpackage_is_imported() -> None:
    script = "import derive.prove, derive; assert callable(derive.prove)"
    script += "; from derive.prove import prove; print(derive.prove(['kl-unit'])[-1].theorem.id)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "kl-unit\n"
