"""The words "checked by Coq" are printed from a record of exactly that statement only. Nothing here needs Coq."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from test_coq_statements import LIBRARY, SOURCES

from derive import views
from derive.cli import run
from derive.judge import memory
from derive.judge.compiler import cache_folder, content
from derive.judge.judgement import Judgement
from derive.report import Check, Report, Status

PASSED = Report.of([Check("coq: Theorems", Status.PASSED)])
THEOREMS = next(s for s in SOURCES if s.name == "Theorems")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DERIVE_CACHE", str(tmp_path))
    folder = cache_folder(LIBRARY)
    folder.mkdir(parents=True)
    (folder / "Theorems.vo").write_bytes(b"compiled")
    return folder


def judge(cache: Path, *, without: str = "", report: Report = PASSED) -> None:
    """Keep a judgement of all statements but one."""
    accepted = {digest for text, digest in memory.statements(SOURCES) if not text.startswith(f"Theorem {without} :")}
    compiled = {"Theorems.vo": content(cache / "Theorems.vo")}
    memory.keep(cache, "key", Judgement(report, {}, {}, {}, frozenset(accepted), compiled))


def shown(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["show", name]) == 0
    return capsys.readouterr().out


def test_a_statement_that_no_run_has_judged_is_not_said_to_be_checked(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "\nStated for Coq, not judged here (`derive prove --coq` does it)\n" in shown("kl-unit", capsys)
    assert views.record("kl-unit")["checked_by_coq"] == []
    assert "hecked by Coq" not in views.listing()


def test_one_that_a_run_has_accepted_is(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judge(cache)
    page = shown("kl-unit", capsys)
    assert "\nChecked by Coq (`derive prove --coq` repeats it)\n" in page
    assert "not judged" not in page
    assert views.record("kl-unit")["checked_by_coq"] == ["kl_unit_spelling", "kl_unit_std"]
    assert "  Coq: 2 statements, checked by Coq\n" in views.listing()
    assert "not judged" not in views.listing()


def test_of_several_each_is_said_what_holds_of_it(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judge(cache, without="kl_unit_std")
    checked, _, rest = shown("kl-unit", capsys).partition("Stated for Coq, not judged here")
    assert "kl_unit_spelling" in checked.partition("Checked by Coq")[2]
    assert "kl_unit_std" in rest
    assert "Coq: 2 statements, 1 of them checked by Coq\n" in views.listing()


def test_a_failure_is_no_record_and_ends_the_one_before_it(cache: Path) -> None:
    judge(cache)
    judge(cache, report=Report.of([Check("coq: Theorems", Status.FAILED)]))
    assert memory.accepted(cache, SOURCES) == frozenset()


@pytest.mark.parametrize("content", [b"", b"compiled by somebody else", None], ids=["empty", "other", "none"])
def test_a_record_of_other_compiled_files_is_none(cache: Path, content: bytes | None) -> None:
    judge(cache)
    assert len(memory.accepted(cache, SOURCES)) > 50
    assert memory.recall(cache, "key") is not None
    (cache / "Theorems.vo").unlink() if content is None else (cache / "Theorems.vo").write_bytes(content)
    assert memory.accepted(cache, SOURCES) == frozenset()
    assert memory.recall(cache, "key") is None


CHANGES = {
    "the statement": ("Theorems", "1 + 2 * ln std - std ^ 2", "1 + ln std - std ^ 2", 1),
    "a definition": ("Definitions", "1 + 2 * ln std - std ^ 2", "1 + ln std - std ^ 2", None),
    "the library": ("KL", "Definition is_kl", "Definition is_kl_", None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_said_in_other_words_was_not_judged(change: str, cache: Path) -> None:
    """Neither a false statement under the old name, nor a true one about other definitions."""
    judge(cache)
    name, before, after, lost = CHANGES[change]
    changed = [replace(s, text=s.text.replace(before, after, 1)) if s.name == name else s for s in SOURCES]
    assert [s.text for s in changed] != [s.text for s in SOURCES]
    accepted = memory.accepted(cache, changed)
    if lost:
        assert len(memory.accepted(cache, SOURCES)) - len(accepted) == lost
    else:
        assert not accepted & set(THEOREMS.with_proofs.values())


def test_every_theorem_of_an_emitted_file_has_its_text() -> None:
    for source in SOURCES:
        assert tuple(source.with_proofs) == source.theorems
        assert "\nTheorem " not in source.around


def test_committed_tables_say_nothing_of_this_machine(cache: Path) -> None:
    before = views.tables()
    judge(cache)
    assert views.tables() == before
    assert "checked by Coq" not in before


def test_a_digest_tells_apart_what_stands_in_another_file(tmp_path: Path) -> None:
    """Other bytes, another name, and the same bytes cut at another place are other sources; a compiled file is none."""
    found = set()
    for number, files in enumerate(({"a.v": "xy", "b.v": "z"}, {"a.v": "x", "b.v": "yz"}, {"a.v": "xy", "c.v": "z"})):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text)
        found.add(memory.digest([folder], ["sympy"]))
        (folder / "a.vo").write_text("compiled")
        found.add(memory.digest([folder], ["sympy"]))
    assert len(found) == 3
    assert memory.digest([folder], []) not in found


def test_a_judgement_is_written_in_the_same_order_by_every_run() -> None:
    statements = [f"{number:02}" for number in range(50)]
    assert Judgement(PASSED, {}, {}, {}, frozenset(statements), {}).as_json()["statements"] == statements


def test_the_cache_is_where_the_user_keeps_caches_and_apart_for_each_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {"HOME": tmp_path / ".cache/derive-kl", "XDG_CACHE_HOME": tmp_path / "x", "DERIVE_CACHE": tmp_path / "d"}
    for variable in ("XDG_CACHE_HOME", "DERIVE_CACHE"):
        monkeypatch.delenv(variable, raising=False)
    for variable, place in places.items():
        monkeypatch.setenv(variable, str(tmp_path if variable == "HOME" else place))
        beside = place / "derive-kl" if variable == "XDG_CACHE_HOME" else place
        assert cache_folder(LIBRARY).parent == beside / "coq"
    assert cache_folder(LIBRARY) != cache_folder(tmp_path)
