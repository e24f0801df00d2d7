"""The example of docs/vae.md, in short form: right spellings agree, wrong ones do not, and no value of ours is lost."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"
EPOCHS = 2


@pytest.fixture(scope="module")
def example(need_module: Callable[[str, str], ModuleType]) -> Any:
    need_module("sklearn.datasets", "pip install scikit-learn")
    spec = importlib.util.spec_from_file_location("vae_digits", DOCS / "examples" / "vae_digits.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for the names in annotations
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def outcomes(example: Any) -> dict[str, Any]:
    spellings = example.RIGHT | example.WRONG
    return {name: example.outcome(example.train(slopes, epochs=EPOCHS)) for name, slopes in spellings.items()}


def test_right_spellings_agree_to_the_last_digits_and_wrong_ones_do_not(example: Any, outcomes: dict[str, Any]) -> None:
    first = outcomes["log-variance"]
    for name in example.RIGHT:
        assert outcomes[name].kl == pytest.approx(first.kl, rel=1e-13)
        assert outcomes[name].loss == pytest.approx(first.loss, rel=1e-13)
    for name in example.WRONG:
        assert abs(outcomes[name].std / first.std - 1) > 0.1, name
        assert outcomes[name].loss > first.loss, name


def test_slopes_are_those_of_the_spelling_as_it_is_written(example: Any) -> None:
    """Central differences of each expression, typed as people type it."""
    written: dict[str, Callable[[Any, Any], Any]] = {
        "f(μ, σ)": lambda m, h: -0.5 * (1 + 2 * np.log(np.exp(h / 2)) - np.exp(h / 2) ** 2 - m**2),
        "g(μ, v)": lambda m, h: -0.5 * (1 + np.log(np.exp(h)) - np.exp(h) - m**2),
        "log-variance": lambda m, h: -0.5 * (1 + h - np.exp(h) - m**2),
        "g fed σ": lambda m, h: -0.5 * (1 + np.log(np.exp(h / 2)) - np.exp(h / 2) - m**2),
        "f fed v": lambda m, h: -0.5 * (1 + 2 * np.log(np.exp(h)) - np.exp(h) ** 2 - m**2),
        "f without its 2": lambda m, h: -0.5 * (1 + np.log(np.exp(h / 2)) - np.exp(h / 2) ** 2 - m**2),
    }
    spellings = example.RIGHT | example.WRONG
    assert set(written) == set(spellings)
    mu, h, e = np.array([0.3, -1.2]), np.array([-0.7, 0.4]), 1e-5
    for name, value in written.items():
        d_mu, d_h = spellings[name](mu, h)
        np.testing.assert_allclose(d_mu, (value(mu + e, h) - value(mu - e, h)) / (2 * e), rtol=1e-8)
        np.testing.assert_allclose(d_h, (value(mu, h + e) - value(mu, h - e)) / (2 * e), rtol=1e-8)


def test_the_gradient_of_the_whole_model_is_that_of_its_loss(example: Any) -> None:
    """One weight of every layer, against a central difference of the loss with the same noise."""
    batch = np.random.default_rng(3).uniform(size=(5, 64))
    model = example.Model(2, np.random.default_rng(4))
    start = [w.copy() for w in model.weights]
    noise = np.random.default_rng(4)
    for size in [(64, 64), (64, 4), (2, 64), (64, 64)]:
        noise.normal(size=size)
    normal = noise.standard_normal((5, 2))

    def loss(weights: list[Any]) -> float:
        model.weights = weights
        mu, h = model.encode(batch)
        logits = model.decode(mu + np.exp(h / 2) * normal)
        entropy = np.logaddexp(0.0, logits) - batch * logits
        return float(entropy.sum() / 5 + 3.0 * example.kl_unit_logvar(mu, h).sum() / 5)

    model.step(batch, example.RIGHT["log-variance"], 0.0, 3.0)
    for i, moment in enumerate(model.first):
        shifted = [[w.copy() for w in start] for _ in range(2)]
        shifted[0][i][1, 1] += 1e-5
        shifted[1][i][1, 1] -= 1e-5
        assert moment[1, 1] / 0.1 == pytest.approx((loss(shifted[0]) - loss(shifted[1])) / 2e-5, rel=1e-5)


@pytest.fixture(scope="module")
def collapsed(example: Any) -> Any:
    return example.collapse(epochs=EPOCHS)


def test_near_collapse_the_usual_expression_loses_digits_and_ours_none(collapsed: Any) -> None:
    usual, ours = (np.abs(v - collapsed.exact) / collapsed.exact for v in (collapsed.usual, collapsed.ours))
    assert ours.max() < 2.0**-23 < 1e-3 < usual.max()
    assert bool(np.all(collapsed.ours > 0))


def test_the_figure_is_text_without_a_date(
    example: Any,
    outcomes: dict[str, Any],
    collapsed: Any,
    tmp_path: Path,
    need_module: Callable[[str, str], ModuleType],
) -> None:
    need_module("matplotlib", "pip install matplotlib")
    example.draw(outcomes, collapsed, str(tmp_path / "vae.svg"))
    drawn = (tmp_path / "vae.svg").read_text(encoding="utf-8")
    assert "dc:date" not in drawn
    for name in example.WRONG:
        assert f"{name}</text>" in drawn or f">{name}" in drawn


def test_the_page_shows_what_the_script_prints(example: Any, outcomes: dict[str, Any], collapsed: Any) -> None:
    printed = example.report(outcomes, collapsed)
    shape = re.compile(r"-?\d[\d.e+-]*")
    page = (DOCS / "vae.md").read_text(encoding="utf-8")
    shown = re.findall(r"^    (.*)$", page, re.MULTILINE)
    assert [shape.sub("#", line).split() for line in shown] == [
        shape.sub("#", line).split() for line in printed.splitlines()
    ]
