"""Emission: each target in its own folder, the same bytes in every run, and a manifest that says what is there."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import kernel_material
import pytest
from derive.proofs import REGISTRY

from derive import __version__, emit
from derive.emit import manifest
from derive.errors import CheckFailed
from derive.lower import BOUNDS
from derive.vocabulary.framework import FRAMEWORKS, Framework
from derive.vocabulary.kernel import Role

GENERATED = Path(__file__).resolve().parent.parent / "generated"
SCALES = ("std", "var", "logstd", "logvar")
KERNELS = kernel_material.lowered().kernels
IDS = [f"{k.target}-{k.name}" for k in KERNELS]


@pytest.fixture
def targets(monkeypatch: pytest.MonkeyPatch):
    """Replaces the table of targets: folder -> emitter."""

    def use(**emitters) -> None:
        monkeypatch.setattr(emit, "TARGETS", {folder: folder for folder in emitters})
        modules = {folder: SimpleNamespace(emit=emitter) for folder, emitter in emitters.items()}
        monkeypatch.setattr(emit, "import_module", modules.__getitem__)

    return use


# --- targets -----------------------------------------------------------------------------------------------------


def test_each_target_fills_its_own_folder(targets) -> None:
    targets(one=lambda m: {"one/a.txt": b"a"}, two=lambda m: {"two/b.txt": b"b", "two/deep/c.txt": b"c"})
    made = emit.emit(kernel_material.material())
    assert {path for path in made if "/" in path} == {"one/a.txt", "two/b.txt", "two/deep/c.txt"}
    assert made["two/b.txt"] == b"b"


@pytest.mark.parametrize("path", ["two/a.txt", "a.txt", "oneself/a.txt", "/one/a.txt", "../one/a.txt", "one/../a.txt"])
def test_a_target_that_writes_elsewhere_is_an_error(targets, path: str) -> None:
    targets(one=lambda m: {"one/fine.txt": b"", path: b""})
    with pytest.raises(ValueError, match=f"the target one wrote outside of its folder: .*{re.escape(path)}"):
        emit.emit(kernel_material.material())


def test_emitters_see_the_kernels_of_their_target() -> None:
    material = kernel_material.material()
    for target in ("c", "python"):
        assert {k.target for k in material.kernels_for(target)} == {target}
    names = [[k.name for k in material.kernels_for(target)] for target in ("c", "python")]
    assert names[0] == names[1]


def test_a_framework_that_nothing_says_how_to_write_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    material = kernel_material.material()
    (kernel, *_) = material.kernels_for("torch")
    new = replace(material, kernels=(*material.kernels, replace(kernel, target="chainer")))
    monkeypatch.setitem(FRAMEWORKS, "chainer", Framework("chainer"))
    with pytest.raises(CheckFailed, match="nothing says how kernels are written for chainer") as caught:
        emit.emit(new)
    assert "chainer_text.py" in str(caught.value.hint)


def test_nothing_is_proved_of_a_framework_that_flushes() -> None:
    for framework in FRAMEWORKS.values():
        said = {b.established for k in KERNELS if k.target == framework.name for b in k.bounds.values()}
        assert said == ({"tested"} if framework.flushes else {"tested", "proved"})


@pytest.mark.parametrize("path", kernel_material.files())
def test_no_date_host_or_path_of_the_machine_is_in_a_file(path: str) -> None:
    text = kernel_material.files()[path]
    assert "\r" not in text
    assert not re.search(r"\b20[2-9]\d-\d\d|/(home|tmp|root|usr|work)/", text)


@pytest.mark.parametrize("path", kernel_material.files())
def test_a_file_of_kernels_is_the_one_that_is_committed(path: str) -> None:
    """The quick half of `derive all --check`: of what is changed in the sources, what a user would see."""
    assert kernel_material.files()[path].encode() == (GENERATED / path).read_bytes(), "mend it with `derive all`"


# --- manifest ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def complete() -> dict[str, bytes]:
    material = kernel_material.material()
    return manifest.manifest(material, {path: text.encode() for path, text in kernel_material.files().items()})


def test_the_manifest_lists_every_other_file_with_its_digest(complete: dict[str, bytes]) -> None:
    listed = json.loads(complete["manifest.json"])
    assert listed["schema"] == 1
    assert listed["version"] == __version__
    digests = {p: hashlib.sha256(content).hexdigest() for p, content in complete.items() if p != "manifest.json"}
    assert listed["files"] == digests
    assert list(listed["files"]) == sorted(digests)


def test_the_manifest_names_the_theorems_with_their_digests() -> None:
    checked = [SimpleNamespace(theorem=SimpleNamespace(id=f"t{i}"), digest=f"d{i}") for i in range(2)]
    material = emit.Material(kernel_material.material().registry, tuple(checked), (), ())
    listed = json.loads(manifest.manifest(material, {})["manifest.json"])
    assert listed["theorems"] == [{"id": "t0", "digest": "d0"}, {"id": "t1", "digest": "d1"}]


def test_the_manifest_declares_the_bounds_of_the_kernels(complete: dict[str, bytes]) -> None:
    declared = json.loads(complete["manifest.json"])["bounds"]
    stated = {
        (target, precision, name, entry["ulp"], entry["established"])
        for target, precisions in declared.items()
        for precision, names in precisions.items()
        for name, entry in names.items()
    }
    of_kernels = [(k.target, k.name, k.bounds) for k in KERNELS]
    of_sums = [(k.target, f"{k.name}_sum", k.sums) for k in KERNELS if k.sums]
    assert stated == {
        (target, precision, name, bound.ulp, bound.established)
        for target, name, bounds in of_kernels + of_sums
        for precision, bound in bounds.items()
    }


@pytest.mark.parametrize("kernel", KERNELS, ids=IDS)
def test_no_declared_bound_is_above_what_may_be_declared(kernel) -> None:
    limits = BOUNDS[kernel.target][kernel.role]
    assert set(kernel.bounds) == set(limits) == {"binary64", "binary32"}
    for precision, bound in kernel.bounds.items():
        assert bound.ulp <= limits[precision].ulp
        assert bound.established in ("proved", "proved under hypotheses", "tested", "exhaustive")
        assert bound == limits[precision] or bound.proof


def test_the_limits_are_those_of_the_accuracy_contract() -> None:
    ulp = {
        (target, role.name, precision): bound.ulp
        for target, roles in BOUNDS.items()
        for role, bounds in roles.items()
        for precision, bound in bounds.items()
    }
    for role in ("UNARY", "VALUE"):
        assert ulp["c", role, "binary64"] <= 1.0
        assert ulp["c", role, "binary32"] <= (0.5 if role == "UNARY" else 0.51)
    assert ulp["c", "GRADIENT", "binary64"] <= 2.0
    assert max(u for (target, _, precision), u in ulp.items() if (target, precision) == ("python", "binary64")) <= 4.0


@pytest.mark.parametrize("kernel", [k for k in KERNELS if k.target == "c"], ids=lambda k: k.name)
def test_header_and_selftest_state_the_same_bound(kernel) -> None:
    source, selftest = kernel_material.path_of(kernel), kernel_material.files()["c/selftest.c"]
    header = kernel_material.files()[source.removesuffix(".c") + ".h"]
    before = header[: header.index(f"derive_{kernel.name}(")]
    stated = " ".join(before[before.rindex("/*") :].split())
    for precision, bound in kernel.bounds.items():
        words = "correctly rounded, tested on all 2^32 arguments"
        if bound.established != "exhaustive":
            words = f"{bound.ulp:g} ulp, {bound.established}"
        assert f"{precision}: {words}" in stated
    held_to = re.findall(rf'"{kernel.name}"\) == 0\) \{{\s*\*bound = ([\d.]+);', selftest)
    beyond = {p: b.ulp + 0.5 if b.established != "exhaustive" else 0.0 for p, b in kernel.bounds.items()}
    assert [float(b) for b in held_to] == [beyond[p] for p in ("binary64", "binary32")]


def test_the_package_file_re_exports_every_kernel(complete: dict[str, bytes]) -> None:
    tree = ast.parse(complete["__init__.py"])
    imports = [n for n in tree.body if isinstance(n, ast.ImportFrom) and n.level]
    imported = {f"{str(n.module).replace('.', '/')}.py": [a.name for a in n.names] for n in imports}
    kernels = [k for k in KERNELS if k.target == "python"]
    assert imported == {
        path: sorted(k.name for k in kernels if kernel_material.path_of(k) == path)
        for path in kernel_material.paths("python")
    }
    names = sorted(k.name for k in kernels)
    (exported,) = (
        ast.literal_eval(n.value)
        for n in tree.body
        if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__"
    )
    assert exported == names


def test_all_kernels_are_there_in_every_scale_for_both_targets() -> None:
    values = {divergence.value.name for family in REGISTRY.families for divergence in family.divergences}
    assert {f"kl_{pair}_{scale}" for pair in ("unit", "normal") for scale in SCALES} < values
    expected = {"expm1mx", "log1pmx", *values, *(f"{v}_grad" for v in values)}
    for target in ("c", "python"):
        kernels = [k for k in KERNELS if k.target == target]
        assert {k.name for k in kernels} == expected
        assert len(kernels) == len(expected)
        assert {k.name for k in kernels if k.role is Role.GRADIENT} == {f"{v}_grad" for v in values}
