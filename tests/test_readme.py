"""The README and the pages of docs/ are executed: their commands, their snippets and their tables.

What takes minutes is read instead of run: the two set-up lines are run by CI and by a fresh clone, and the commands in
``ELSEWHERE`` by the tests named there. DERIVE_TEST_README=all runs the first set-up line here too.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

import derive
from derive import cli, views
from derive.audit.settings import settings

ROOT = Path(__file__).resolve().parent.parent
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", f"{README}\n{CONTRIBUTING}\n{PAGES}", re.MULTILINE | re.DOTALL)
SHELL = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
SET_UP, COMMANDS = SHELL[:2], SHELL[2:]

#: Commands that take longer than a test of the README may, and what runs them.
ELSEWHERE = {
    "derive prove --coq": "tests/test_coq.py, where there is a Coq",
    "derive prove --coq --mutants": "a command of its own, many minutes long; tests/test_coq.py tries a sample",
    "derive verify --quick": "part of `derive all`, which tests/test_isolation.py runs",
    "derive verify --full": "minutes long: .ci/run runs it after the tests",
    "derive report --python PYTHON --plot docs/accuracy.png": "wants the peers; tests/test_bench.py makes a small one",
    "derive report --html report.html": "tests/test_document.py makes the page, of proofs that it does not repeat",
    "derive report --pdf report.pdf": "the same; tests/test_document.py lets TeX set a part of it",
    "derive report --pictures pictures --width column": "tests/test_document.py draws each",
    "derive verify --hunt 5 --record worst.csv": "five minutes; tests/test_hunt.py hunts for less",
    "derive report --html report.html --worst worst.csv": "tests/test_document.py reads such a table",
    "derive bench --commands": "prints times; the tests print none",
    "derive bench --kernel kl_unit_logvar --size 1000000": "prints times; tests/test_bench.py runs it with little",
    "derive verify --mutants --sample 40": "the mutation tests beside derive/verify",
    "derive verify --mutants --journal mutants.jsonl": "hours long; tests/test_verify_journal.py resumes a sample",
    "derive verify --full --scheduler tcp://127.0.0.1:8786": "tests/test_cluster.py, with a cluster of its own",
    "derive all --check": "tests/test_isolation.py",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A working folder of a user: a copy of generated/, and the snippets of the README beside it."""
    shutil.copytree(ROOT / "generated", tmp_path / "generated", ignore=shutil.ignore_patterns("__pycache__"))
    for kind, name in [("c", "example.c"), ("latex", "example.tex")]:
        for number, text in enumerate(text for k, text in BLOCKS if k == kind):
            (tmp_path / f"{number or ''}{name}").write_text(text, encoding="utf-8")
    return tmp_path


# --- set-up ------------------------------------------------------------------------------------------------------


def test_the_first_two_blocks_are_single_lines_that_set_everything_up() -> None:
    first, second = [text for kind, text in BLOCKS if kind in ("sh", "bash", "shell", "console")][:2]
    assert first == SET_UP[0] + "\n"
    assert second == SET_UP[1] + "\n"
    for line, goal in zip(SET_UP, (".venv/bin/derive all", ".venv/bin/pytest -q -n 2"), strict=True):
        environment, install, last = line.split(" && ")
        assert environment == "python3 -m venv .venv"
        assert re.fullmatch(r"\.venv/bin/pip install -q -e (\.|'\.\[dev\]')", install)
        assert last == goal
    assert "'.[dev]'" in SET_UP[1]
    assert ".venv/" in (ROOT / ".gitignore").read_text().splitlines()


def test_ci_runs_the_second_line_and_no_copy_of_it() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    extract = re.search(r"awk '.*?' README.md", script)
    assert extract is not None
    shown = subprocess.run(["bash", "-c", extract[0]], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout == SET_UP[1] + "\n"
    assert "DERIVE_REQUIRE_TOOLS=1" in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_a_fresh_clone_is_set_up_by_the_first_line(tmp_path: Path) -> None:
    if os.environ.get("DERIVE_TEST_README") != "all":
        pytest.skip("NOT CHECKED here: the set-up lines are what CI runs; DERIVE_TEST_README=all runs the first one")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True, timeout=60)
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME") or name.startswith("PIP_")}
    subprocess.run(["bash", "-c", SET_UP[0]], cwd=clone, env={**keep, "LANG": "C.UTF-8"}, check=True, timeout=900)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, check=True, timeout=60)
    assert status.stdout == b""


# --- commands and snippets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("derive") and line not in ELSEWHERE])
def test_a_command_runs(line: str, place: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(line)], cwd=place, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout or line.startswith("derive audit")  # which has nothing to say about correct code


@pytest.mark.parametrize("line", sorted(ELSEWHERE))
def test_a_long_command_is_understood(line: str) -> None:
    assert line in COMMANDS
    _, name, *arguments = shlex.split(line)
    group = cli.derive
    context = click.Context(group, **group.context_settings)
    command = group.get_command(context, name)
    assert command is not None
    command.make_context(name, arguments, parent=context)


def test_the_c_snippet_compiles_and_prints_the_divergence(place: Path, need: Callable[..., None]) -> None:
    need("cc")
    lines = [line for line in COMMANDS if not line.startswith("derive")]
    done = subprocess.run(
        ["bash", "-ec", "\n".join(lines)], cwd=place, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == "2.5e-19, slope 5e-10\n"
    assert done.stderr == ""


# Proof files stand in docs/ too; tests/test_user_family.py runs them.
@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "python" and ">>>" in text])
def test_a_python_snippet_prints_what_it_shows(text: str, need_module: Callable[[str, str], object]) -> None:
    for name in re.findall(r"^>>> import (torch|jax|keras)$", text, re.MULTILINE):
        if name == "keras":
            os.environ.setdefault("KERAS_BACKEND", "torch")
            need_module(os.environ["KERAS_BACKEND"], "pip install torch")
        need_module(name, f"pip install {name}")
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    result = runner.run(parser.get_doctest(text, {}, "README", "README.md", 0))
    assert result.attempted > 0
    assert result.failed == 0


def test_the_program_that_measures_costs_prints_the_rows_of_the_table(
    tmp_path: Path, need: Callable[..., None]
) -> None:
    need("cc")
    source, emitted = ROOT / "docs" / "examples" / "cost.c", ROOT / "generated" / "c"
    command = [
        "cc",
        "-O1",
        "-Wall",
        "-Werror",
        "-DDERIVE_KL_NO_CLONES",
        f"-I{emitted}",
        source,
        emitted / "derive_kl.c",
    ]
    subprocess.run([*command, "-lm", "-o", "cost"], cwd=tmp_path, check=True, timeout=120)
    shown = subprocess.run([tmp_path / "cost"], capture_output=True, text=True, check=True, timeout=120).stdout
    text = (ROOT / "docs" / "numerics.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| (.*?) \| [\d.]+ \| \d+ \| \d+ \|$", text, re.MULTILINE)
    assert [line.rsplit(None, 1)[0] for line in shown.splitlines()] == [row.replace("`", "") for row in table]
    assert all(float(line.rsplit(None, 1)[1]) > 0 for line in shown.splitlines())


def test_the_latex_snippets_compile(place: Path, need: Callable[..., None]) -> None:
    need("pdflatex")
    examples = sorted(place.glob("*example.tex"))
    assert len(examples) >= 2
    for example in examples:
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", example.name]
        for _ in range(1 + (r"\label" in example.read_text(encoding="utf-8"))):  # the second finds the numbers
            done = subprocess.run(command, cwd=place, capture_output=True, text=True, errors="replace", timeout=120)
            assert done.returncode == 0, done.stdout[-2000:]
        assert "Warning" not in done.stdout
        assert "Overfull" not in done.stdout
        assert example.with_suffix(".pdf").stat().st_size > 0


def test_every_block_is_of_a_kind_that_is_executed() -> None:
    assert {kind for kind, _ in BLOCKS} == {"sh", "python", "c", "latex", "console", "yaml", "bibtex", "toml"}


@pytest.mark.parametrize("block", [text for kind, text in BLOCKS if kind == "console"])
def test_a_command_prints_first_what_is_shown_below_it(block: str, tmp_path: Path) -> None:
    command, shown = block.removeprefix("$ ").split("\n", 1)
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.startswith(shown)
    assert done.returncode == (0 if shown.startswith("✓") else 1), done.stderr


def test_the_hook_that_is_shown_is_one_that_is_defined() -> None:
    (shown,) = [text for kind, text in BLOCKS if kind == "yaml"]
    (name,) = re.findall(r"hooks: \[\{id: ([\w-]+)\}\]", shown)
    assert f"- id: {name}\n" in (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")


def test_the_settings_that_are_shown_are_settings(tmp_path: Path) -> None:
    (shown,) = [text for kind, text in BLOCKS if kind == "toml"]
    (tmp_path / "pyproject.toml").write_text(shown, encoding="utf-8")
    assert settings(tmp_path).excludes(tmp_path / "third_party" / "x.py")


def test_what_is_cited_is_this_version() -> None:
    (entry,) = [text for kind, text in BLOCKS if kind == "bibtex"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"version += {{{re.escape(derive.__version__)}}}", entry)
    assert f"\nversion: {derive.__version__}\n" in citation
    (title,) = re.findall(r'^title: "(.*)"$', citation, re.MULTILINE)
    assert re.search(r"title += \{(.*)\},", entry)[1].replace("{", "").replace("}", "") == title
    assert entry.startswith(f"@misc{{{derive.DISTRIBUTION},")


# --- tables and figures ------------------------------------------------------------------------------------------


def test_the_tables_are_those_of_the_registry() -> None:
    marked = re.findall(r"<!-- derive list --markdown -->\n(.*?)\n<!-- end -->", README + PAGES, re.DOTALL)
    tables = views.tables().strip().split("\n\n")
    assert marked == tables, "put what `derive list --markdown` prints between the marks in README.md and docs/"


def test_the_accuracy_in_the_readme_is_that_of_the_table_in_the_docs() -> None:
    figures = {}
    for line in (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            figures[tuple(cells[3:6])] = name
    rows = re.findall(r"^\| (.+) \| (.+) \| (.+) \| (.+) \|$", README[README.index("## Accuracy") :], re.MULTILINE)[1:]
    assert len(rows[1:]) == 5
    for name, *shown in rows[1:]:
        assert tuple(shown) in figures, name


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) <= 160
    for link, anchor in re.findall(r"\]\(([^)#:]+)#?([^)]*)\)", README + CONTRIBUTING):
        assert (ROOT / link).is_file(), link
        titles = re.findall(r"^#+ (.*)$", (ROOT / link).read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
        assert not anchor or anchor in slugs, f"{link}#{anchor}"


def test_the_two_spellings_are_printed_as_the_registry_has_them() -> None:
    text = views.tables().replace("  ", " ")
    for line in re.findall(r"^    [fg]\(.*?\) = (.*)$", README, re.MULTILINE):
        assert re.sub(" +", " ", line) in text


def test_the_error_bounds_are_those_of_the_manifest() -> None:
    bounds = json.loads((ROOT / "generated" / "manifest.json").read_text())["bounds"]
    entries = {
        (name.endswith("_grad"), entry["ulp"])
        for language in bounds.values()
        for functions in language.values()
        for name, entry in functions.items()
    }
    stated = re.search(r"declared for a value is ([\d.]+) ulp and for a gradient ([\d.]+) ulp", PAGES)
    assert stated is not None
    assert float(stated[1]) == max(ulp for gradient, ulp in entries if not gradient)
    assert float(stated[2]) == max(ulp for gradient, ulp in entries if gradient)
    values = [entry for name, entry in bounds["torch"]["binary32"].items() if not name.endswith("_grad")]
    said = re.search(r"of all values in PyTorch and in Keras on it \(([\d.]+) ulp at most in float32\)", README)
    assert said is not None
    assert float(said[1]) == max(entry["ulp"] for entry in values)
    assert {entry["established"] for entry in values} == {"proved"}


def test_the_table_of_what_is_proved_has_the_words_of_the_manifest() -> None:
    manifest = json.loads((ROOT / "generated" / "manifest.json").read_text())
    functions = manifest["families"][0]["functions"]
    terms = {name for name, entry in functions.items() if entry["role"] == "unary"}
    gaussians = set(functions) - terms
    others = {name for family in manifest["families"][1:] for name in family["functions"]}
    page = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")

    def cell(target: str, names: set[str], ending: str) -> str:
        """The word for what a target has of some functions, and of how many it is another one."""
        words: dict[str, set[str]] = {}
        for form, entries in manifest["bounds"][target].items():
            for name, entry in entries.items():
                value = name.removesuffix("_grad").removesuffix("_sum")
                if value in names and name == value + ending:
                    words.setdefault(entry["established"], set()).add(f"{value} {form}")
        if not words:
            return "–"
        if words.keys() == {"proved", "exhaustive"}:
            assert words["exhaustive"] == {f"{name} binary32" for name in names}
            return "proved; float: every argument tested"
        if words.keys() == {"proved", "proved under hypotheses"}:
            assert {name.split()[0] for name in words["proved under hypotheses"]} == {
                n.removesuffix("_grad") for n in names if "_log" in n
            }
            return "proved; of logarithms under hypotheses"
        (word,) = words
        return word

    rows = {", ".join(f"`{name}`" for name in sorted(terms)): (terms, "")}
    for title, names in (("Gaussians", gaussians), ("other families", others)):
        for kind, ending in (("values", ""), ("gradients", "_grad"), ("sums", "_sum")):
            rows[f"{title}, {kind}"] = names, ending
    (shown,) = re.findall(r"<!-- the words of generated/manifest.json -->\n(.*?)\n<!-- end -->", page, re.DOTALL)
    for column, targets in enumerate([("c",), ("python",), ("torch", "keras"), ("jax",)], start=1):
        for line, (row, chosen) in zip(shown.splitlines()[2:], rows.items(), strict=True):
            cells = [text.strip() for text in line.strip("|").split("|")]
            assert cells[0] == row
            assert {cell(target, *chosen) for target in targets} == {cells[column]}, line


def test_the_parts_of_the_prover_are_about_as_long_as_is_said() -> None:
    page = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    said = re.findall(r"^\| (the rest of )?`(derive/prove/[\w./]*)` \| ([\d,]+) \|", page, re.MULTILINE)
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in (ROOT / "derive" / "prove").rglob("*.py")}
    named = {name: lengths.pop(ROOT / name) for rest, name, _ in said if not rest}
    assert len(said) == len(named) + 1
    for _, name, about in said:
        assert named.get(name, sum(lengths.values())) == pytest.approx(int(about.replace(",", "")), rel=0.05), name


def test_every_file_and_folder_that_is_named_exists() -> None:
    for name in set(re.findall(r"`((?:derive|proofs|generated|tests)/[\w./-]*)`", README + CONTRIBUTING + PAGES)):
        if "LANGUAGE" not in name and "FAMILY" not in name:
            assert (ROOT / name).exists(), name
