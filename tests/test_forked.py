"""Two computations at a time: the same results, whether a fork computes one of them, fails, or is not to be had."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from derive.lower import forked
from derive.lower.forked import in_two

HERE = os.getpid()


def test_both_results_are_there_and_the_first_comes_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "_can_fork", lambda: hasattr(os, "fork"))
    first, second = in_two(lambda: (os.getpid(), 1.5), lambda: (os.getpid(), "b"))
    assert (first[1], second) == (1.5, (HERE, "b"))
    assert (first[0] != HERE) == hasattr(os, "fork")


def only_here() -> int:
    if os.getpid() != HERE:
        raise ValueError("elsewhere")
    return 7


@pytest.mark.parametrize("first", [only_here, lambda: 7 if os.getpid() == HERE else os._exit(9)])
def test_what_a_fork_does_not_send_back_is_computed_here(
    first: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forked, "_can_fork", lambda: hasattr(os, "fork"))
    assert in_two(first, lambda: 8) == (7, 8)


def test_an_error_is_that_of_the_computation(monkeypatch: pytest.MonkeyPatch) -> None:
    for can in (False, hasattr(os, "fork")):
        monkeypatch.setattr(forked, "_can_fork", lambda can=can: can)
        with pytest.raises(ZeroDivisionError):
            in_two(lambda: 1 // 0, lambda: 8)
