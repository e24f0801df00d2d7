"""A sample of the fuzzing command: hostile input ends in an answer or a refusal, in time, with nothing executed."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from derive.identify import identify
from derive.identify.read.limits import NotUnderstood

COMMAND = Path(__file__).with_name("fuzz_identify.py")


def test_a_sample_of_hostile_input():
    done = subprocess.run(
        [sys.executable, str(COMMAND), "--count", "700", "--seed", "3"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "700 cases" in done.stdout
    assert "refused" in done.stdout
    assert "not_kl" in done.stdout


def test_the_watch_sees_execution_and_files():
    """The hook that the command relies on is not blind."""
    for action in ("exec('1')", "open('/etc/hostname')", "__import__('wave')", "__import__('os').system('true')"):
        begin = f"import sys; sys.path.insert(0, {str(COMMAND.parent)!r}); import os, fuzz_identify as z"
        script = f"{begin}; z.watch('/nowhere')\n{action}"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
        assert "Forbidden" in done.stderr, action


def test_a_sample_of_hostile_names_manifests_and_journals():
    command = [sys.executable, str(COMMAND.with_name("fuzz_folders.py")), "--count", "600", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for kind in ("name: written", "manifest: refused", "journal: read", "journal: refused"):
        assert kind in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        "torch.mean(1/3 / 0**9**9**9**-1 / x * (std2).sum(1), -(sigma / log_sigma + -(0)))**(var).exp()",
        "(-(tf.math.tanh(z[0], q.loc, logvar))).pow(2)",
        "tanh(z, mu)**2",
    ],
)
def test_what_the_command_found_is_answered(text):
    with contextlib.suppress(NotUnderstood):
        assert identify(text).verdict == "unrecognised"
