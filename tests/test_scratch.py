"""Temporary folders: a killed run's are removed by the next one, a living one's and anybody else's are not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from derive.campaign.scratch import scratch, sweep_once


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sweep_once.cache_clear()


def begun(place: Path, end: str) -> subprocess.Popen[str]:
    script = "import sys, os; from derive.campaign.scratch import scratch\n"
    script += "with scratch() as folder:\n    (folder / 'file').touch(); print(folder, flush=True); " + end
    environment = {**os.environ, "TMPDIR": str(place)}
    return subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )


def test_a_folder_is_there_while_it_is_needed(tmp_path: Path) -> None:
    with scratch() as folder:
        assert folder.parent == tmp_path
        (folder / "deep").mkdir()
        sweep_once.cache_clear()
        with scratch() as other:
            assert other != folder
        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_killed_run_is_swept_and_a_living_one_is_left(tmp_path: Path) -> None:
    living, dead = begun(tmp_path, "sys.stdin.read()"), begun(tmp_path, "sys.stdin.read()")
    with living, dead:
        assert living.stdout is not None and dead.stdout is not None and living.stdin is not None
        alive, left = Path(living.stdout.readline().strip()), Path(dead.stdout.readline().strip())
        dead.send_signal(signal.SIGKILL)
        dead.wait()
        assert left.is_dir()
        with scratch():
            assert not left.exists()
            assert (alive / "file").is_file()
        living.stdin.close()
    assert list(tmp_path.iterdir()) == []


def test_what_has_no_mark_is_somebody_s(tmp_path: Path) -> None:
    (tmp_path / "derive-thesis").mkdir()
    (tmp_path / "derive-thesis" / "thesis.tex").write_text("years of work")
    (tmp_path / "derive-file").touch()
    home = tmp_path / "home"
    home.mkdir()
    (home / ".derive-temporary").touch()
    (tmp_path / "derive-link").symlink_to(home)
    (tmp_path / "derive-linked").mkdir()
    (tmp_path / "derive-linked" / ".derive-temporary").symlink_to(home / ".derive-temporary")
    with scratch():
        pass
    assert {p.name for p in tmp_path.iterdir()} == {
        "derive-thesis",
        "derive-file",
        "derive-link",
        "derive-linked",
        "home",
    }
    assert home.is_dir()


def test_nothing_stays_open(tmp_path: Path) -> None:
    def left_open() -> list[str]:
        return sorted(os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.is_symlink())

    with begun(tmp_path, "os.kill(os.getpid(), 9)") as dead:
        dead.wait()
    before = left_open()
    with scratch():
        sweep_once.cache_clear()
        assert sweep_once(str(tmp_path)) == 0  # the dead one is gone, the living one is not taken
    assert left_open() == before
