"""What all tests share: how an optional tool is asked for, and that property tests are the same in every run."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest
from reduced_copy import reduced_copy, smallest

from derive.pipeline import tools_required

# A failure in CI must be the failure at one's desk; and a machine under load is no reason to fail.
hypothesis.settings.register_profile("derive", derandomize=True, deadline=None)
hypothesis.settings.load_profile("derive")


@pytest.fixture(autouse=True)
def subnormal_numbers() -> Iterator[None]:
    """A library may make the whole process flush subnormal numbers to zero; what comes later would fail for it."""
    yield
    assert sys.float_info.min / 2.0 != 0.0, "this test left the processor flushing subnormal numbers to zero"


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of generated/ without the files for frameworks; not to be changed."""
    return reduced_copy(tmp_path_factory.mktemp("plain") / "generated")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of generated/ with one family alone, for C and NumPy, where who does the work is tried, not the work."""
    return reduced_copy(tmp_path_factory.mktemp("small") / "generated", smallest())


@pytest.fixture
def need() -> Callable[..., None]:
    """``need("pdflatex")``: skip, visibly, where the tool is missing; fail where DERIVE_REQUIRE_TOOLS=1."""

    def ask(*tools: str) -> None:
        missing = [tool for tool in tools if shutil.which(tool) is None]
        if missing and tools_required():
            pytest.fail(f"NOT CHECKED: {', '.join(missing)} missing, and DERIVE_REQUIRE_TOOLS=1")
        if missing:
            pytest.skip(f"NOT CHECKED: {', '.join(missing)} missing")

    return ask


@pytest.fixture(scope="session")
def need_module() -> Callable[[str, str], ModuleType]:
    """``need_module("torch", "pip install torch")``: the module; skip or fail as `need` does where it is missing."""

    def ask(name: str, how: str) -> ModuleType:
        try:
            return importlib.import_module(name)
        except ImportError:
            (pytest.fail if tools_required() else pytest.skip)(f"NOT CHECKED: {name} is missing ({how})")

    return ask
