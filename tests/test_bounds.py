"""`derive bounds`: the analysis alone, its lines, and the pages that say what its figures mean."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from derive.proofs import REGISTRY

from derive import cli, vendor, views
from derive.cli.bench import emitted_folder
from derive.errors import UsageError
from derive.lower import budget
from derive.verify.checks.contents import ESTABLISHED

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = json.loads((ROOT / "generated" / "manifest.json").read_text())
PAGE = (ROOT / "docs" / "numerics.md").read_text(encoding="utf-8")
KEYS = (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["expm1mx", "kl_unit_logvar"])
def test_the_lines_add_up_to_the_proved_figure(name: str) -> None:
    sections = budget(REGISTRY, name)
    assert [s.function.name for s in sections][:2] == ["expm1mx_reduced", "expm1mx_scaled"]
    for section in sections:
        beside = section.products + section.left_out + section.approximation
        assert sum(line.share for line in section.lines) + beside == pytest.approx(section.total, rel=1e-6)
    # Of a divergence, the larger figure of two trees is declared.
    declared = MANIFEST["bounds"]["c"]["binary64"][name]["rounding_units"]
    assert sections[-1].total <= declared
    assert name != "expm1mx" or declared <= sections[-1].total + 0.001


def test_a_line_is_charged_with_the_roundings_of_its_own_statement() -> None:
    reduced = views.budget("expm1mx")[0]
    by_statement = {line["statement"].partition(" = ")[0]: line for line in reduced["lines"]}
    # The rounding of r p0 + 1/2 has a tail, which is kept; that of the last coefficient has none.
    assert by_statement["factor"]["units"] < 1e-9
    assert by_statement["p0"]["units"] > 0.1


def test_it_repeats_what_is_declared_and_says_no_where_something_else_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    bounds = {"c": {"binary64": {"expm1mx": MANIFEST["bounds"]["c"]["binary64"]["expm1mx"]}}}
    monkeypatch.setattr(views, "bounds", lambda names, *, proofs: bounds)
    assert cli.run(["bounds", "expm1mx", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "bounds": bounds, "lines": {}}
    bounds["c"]["binary64"]["expm1mx"] |= {"ulp": 0.79}
    assert cli.run(["bounds", "expm1mx"]) == 1
    out, err = capsys.readouterr()
    assert "0.79 ulp, proved" in out
    assert "expm1mx (c, binary64)" in err
    assert cli.run(["bounds", "--lines"]) == 2


def test_it_repeats_what_is_declared_of_a_family_of_ones_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place, name = ROOT / "tests" / "half_normal", "kl_half_normal_v"
    asked = ["bounds", name, "--proofs", str(place), "--folder", str(tmp_path)]
    bounds = views.bounds([name], proofs=place)
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "derive_kl.c").write_text("", encoding="utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps({"bounds": bounds}), encoding="utf-8")
    assert cli.run(asked) == 0
    assert f"{bounds['c']['binary64'][name]['ulp']:g} ulp, proved" in capsys.readouterr().out
    (tmp_path / "manifest.json").write_text(json.dumps({"bounds": {}}), encoding="utf-8")
    assert cli.run(asked) == 1
    assert f"the manifest declares other bounds of {name}" in capsys.readouterr().err
    assert cli.run(asked[:-2]) == 2
    assert "--proofs needs --folder" in capsys.readouterr().err


def test_what_is_declared_of_another_tree_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["bounds", "kl_unit_logvar", "--lines"]) == 0
    declared = MANIFEST["bounds"]["c"]["binary64"]["kl_unit_logvar"]["rounding_units"]
    assert f"gives {declared:g}: that is declared" in capsys.readouterr().out


def test_outside_of_a_checkout_it_reads_what_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert emitted_folder(None) == vendor.emitted_folder()
    (tmp_path / "generated").mkdir()
    with pytest.raises(UsageError, match="there is no"):
        emitted_folder(None)


@pytest.mark.parametrize(("name", "said"), [("expm1mxx", "did you mean expm1mx"), ("kl_unit_std_grad", "no budget")])
def test_what_has_no_budget_is_named(name: str, said: str) -> None:
    with pytest.raises(views.UsageError) as caught:
        budget(REGISTRY, name)
    assert said in f"{caught.value} {caught.value.hint}"


def test_the_page_has_the_lines_that_the_analysis_finds() -> None:
    from derive.cli.bounds import text_of

    (shown,) = re.findall(r"<!-- derive bounds expm1mx --lines -->\n(.*?)\n<!-- end -->", PAGE, re.DOTALL)
    found = "\n\n".join(map(text_of, views.budget("expm1mx")))
    assert re.sub("^    ", "", shown, flags=re.MULTILINE) == found


# --- the manifest ------------------------------------------------------------------------------------------------


def keys(value: Any, path: str = "") -> Iterator[str]:
    """The keys of the manifest as the page spells them: names of targets, formats and functions are one each."""
    names = {"files": "files{}", "families[].functions": "families[].functions{}"}
    if path in names:
        yield names[path]
        value = list(value.values()) if path != "files" else []
        path = "…"
    if isinstance(value, list):
        inner = path if path == "…" else f"{path}[]"
        if value and not isinstance(value[0], dict):
            yield inner
        for item in value if value and isinstance(value[0], dict) else []:
            yield from keys(item, inner)
    elif isinstance(value, dict):
        for key, item in value.items():
            if path in ("bounds", "bounds.TARGET", "bounds.TARGET.FORMAT"):
                key = {"bounds": "TARGET", "bounds.TARGET": "FORMAT", "bounds.TARGET.FORMAT": "FUNCTION"}[path]
            elif path == "…" and key in MANIFEST["bounds"]:
                key = "TARGET"
            yield from keys(item, f"{path}.{key}" if path else key)
    else:
        yield path


def test_every_key_of_the_manifest_is_explained_and_nothing_else_is() -> None:
    explained = re.findall(r"^\| `([^`]+)` \|", KEYS, re.MULTILINE)
    assert len(explained) == len(set(explained))
    found = {key.replace("bounds.TARGET.FORMAT.FUNCTION.", "bounds….") for key in keys(MANIFEST)}
    assert found == set(explained)


def test_every_word_of_the_manifest_is_explained() -> None:
    assert set(re.findall(r"^- `([a-z ]+)`:", KEYS, re.MULTILINE)) == set(ESTABLISHED)
    roles = {f["role"] for family in MANIFEST["families"] for f in family["functions"].values()}
    forms = {
        form
        for family in MANIFEST["families"]
        for f in family["functions"].values()
        for target in MANIFEST["bounds"]
        if target in f
        for form in f[target]["forms"]
    }
    for word in (*roles, *forms, *MANIFEST["bounds"], *MANIFEST["bounds"]["c"]):
        assert f"`{word}`" in KEYS, word


@pytest.mark.parametrize("precision", ["binary64", "binary32"])
def test_ulp_is_what_the_page_makes_of_the_figures(precision: str) -> None:
    values = [e for e in MANIFEST["bounds"]["c"][precision].items() if not e[0].endswith(("_grad", "_sum"))]
    for name, entry in values:
        if entry["established"] == "proved":
            units = entry["rounding_units"]
            ulp = max(0.5 + units, 0.75 + entry.get("subnormal_rounding_units", units) / 2)
            assert entry["ulp"] == pytest.approx(ulp if precision == "binary64" else 0.5 + units / 2**29, abs=0.01), (
                name
            )
