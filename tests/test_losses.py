"""PyTorch and JAX make the same loss of the same numbers: a mask, a reduction, free nats mean the same in both."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")

MU = np.array([[1.0, 2.0, 0.5], [3.0, 4.0, -1.0]])
LOGVAR = np.array([[0.0, 0.5, -0.25], [1.0, 0.0, 0.125]])
ELEMENTS = np.array([[True, False, True], [False, True, True]])
FIRST = np.array([True, False])

#: A function of options, by the word of a framework for axis, to its value and gradients at MU and LOGVAR.
Loss = Callable[..., list[Any]]


@pytest.fixture(scope="module")
def torch_loss(need_module: Callable[[str, str], ModuleType]) -> Loss:
    torch: Any = need_module("torch", "pip install torch")
    import derive.torch as kl

    def loss(name: str, mu: Any, logvar: Any, options: Mapping[str, Any]) -> list[Any]:
        given = {{"axis": "dim"}.get(k, k): torch.tensor(v) if k == "mask" else v for k, v in options.items()}
        leaves = [torch.tensor(a, requires_grad=True) for a in (mu, logvar)]
        value = getattr(kl, name)(*leaves, **given)
        return [value.detach().numpy(), *(s.numpy() for s in torch.autograd.grad(value.sum(), leaves))]

    return loss


@pytest.fixture(scope="module")
def jax_loss(need_module: Callable[[str, str], ModuleType]) -> Iterator[Loss]:
    jax: Any = need_module("jax", "pip install jax")
    import derive.jax as kl

    def loss(name: str, mu: Any, logvar: Any, options: Mapping[str, Any]) -> list[Any]:
        function = getattr(kl, name)
        value = function(mu, logvar, **options)
        slopes = jax.grad(lambda *a: function(*a, **options).sum(), (0, 1))(mu, logvar)
        return [np.asarray(value), *map(np.asarray, slopes)]

    with jax.enable_x64(True):
        yield loss


@pytest.mark.parametrize("name", ["kl_unit_logvar", "k1", "k2", "k3"])
@pytest.mark.parametrize(
    ("others", "mask"),
    [
        ({}, ELEMENTS),
        ({"axis": -1}, ELEMENTS),
        ({"axis": -1}, FIRST),
        ({"axis": 0}, np.array([True, False, True])),
        ({"axis": -1}, FIRST[:, None]),
        ({"axis": -1, "free_nats": 0.5}, FIRST),
        ({"free_nats_mode": "batch"}, ELEMENTS),
        ({"free_nats": 0.5, "free_nats_mode": "batch"}, ELEMENTS & FIRST[:, None]),
    ],
)
def test_a_mask_means_the_same_and_what_it_leaves_out_has_no_part(
    torch_loss: Loss, jax_loss: Loss, name: str, others: dict[str, Any], mask: Any
) -> None:
    kept = np.broadcast_to(mask if mask.ndim == 2 else np.expand_dims(mask, others["axis"]), MU.shape)
    for padding, reduction in product((math.nan, -math.inf, 1e300), ("none", "sum", "mean", "batchmean")):
        options = {"mask": mask, "reduction": reduction, **others}
        spoilt = [np.where(kept, MU, padding), np.where(kept, LOGVAR, padding)]
        one, other = torch_loss(name, *spoilt, options), jax_loss(name, *spoilt, options)
        for found, wanted in zip(one, other, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-13)
        assert np.isfinite(one[0]).all()
        assert all((slope[~kept] == 0).all() for slope in one[1:])
        assert "free_nats" in others or all(slope.any() for slope in one[1:])


def test_the_numbers_of_masks(torch_loss: Loss, jax_loss: Loss) -> None:
    mu, logvar = np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros((2, 2))
    elements, first = np.array([[True, False], [True, True]]), np.array([True, False])
    for loss in (torch_loss, jax_loss):
        for mask, reduction, value in [
            (elements, "none", [0.5, 12.5]),
            (elements, "mean", 6.5),
            (elements, "sum", 13.0),
            (first, "none", [2.5, 0.0]),
            (first, "mean", 2.5),
            (first[:, None], "mean", 2.5),
            (first & False, "sum", 0.0),
            (first & False, "mean", math.nan),
        ]:
            found = loss("kl_unit_logvar", mu, logvar, {"axis": -1, "mask": mask, "reduction": reduction})[0]
            np.testing.assert_array_equal(found, value)


@pytest.mark.parametrize("name", ["kl_unit_logvar", "k3"])
@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        (
            {"axis": -1, "mask": np.ones(3, bool)},
            ValueError,
            r"that of the elements, \(2, 3\), or that of the sums, \(2,\)",
        ),
        ({"mask": np.ones(3, bool)}, ValueError, r"shape \(3,\); it must have that of the elements, \(2, 3\), where"),
        ({"mask": np.ones((4, 2, 3), bool)}, ValueError, r"shape \(4, 2, 3\)"),
        ({"axis": -1, "mask": np.array([0.5, 1.0])}, TypeError, r"float64; it must be of booleans"),
        ({"axis": -1, "mask": np.array([0, 1])}, TypeError, r"int64; it must be of booleans"),
        ({"free_nats": -0.5}, ValueError, "free_nats is -0.5; it must be a number and not negative"),
        ({"free_nats": None}, ValueError, "free_nats is None; it must be a number and not negative"),
        ({"axis": 2}, ValueError, r"(axis|dim) is 2; it must name one of the 2 axes of the elements"),
        ({"axis": (0, -3), "mask": ELEMENTS}, ValueError, r"(axis|dim) is \(0, -3\); it must name one of the 2 axes"),
        ({"axis": (1, -1)}, ValueError, r"(axis|dim) is \(1, -1\); it names an axis twice"),
        ({"axis": 1.0}, TypeError, r"(axis|dim) is 1.0; it must be an integer or a tuple of them"),
        ({"axis": True}, TypeError, r"(axis|dim) is True; it must be an integer or a tuple of them"),
    ],
)
def test_what_does_not_fit_is_refused(
    torch_loss: Loss, jax_loss: Loss, name: str, options: dict[str, Any], kind: type[Exception], said: str
) -> None:
    for loss in (torch_loss, jax_loss):
        with pytest.raises(kind, match=said):
            loss(name, MU, LOGVAR, options)


@pytest.mark.parametrize("axis", [np.int64(1), (np.int32(-1),), [1], np.array(1), np.array([-1])])
@pytest.mark.parametrize("mask", [None, ELEMENTS, FIRST])
def test_whatever_is_an_integer_names_an_axis(torch_loss: Loss, jax_loss: Loss, axis: Any, mask: Any) -> None:
    masked = {} if mask is None else {"mask": mask}
    for loss in (torch_loss, jax_loss):
        wanted = loss("kl_unit_logvar", MU, LOGVAR, {"axis": 1, **masked})
        for one, other in zip(loss("kl_unit_logvar", MU, LOGVAR, {"axis": axis, **masked}), wanted, strict=True):
            np.testing.assert_array_equal(one, other)


def test_free_nats_and_clips_that_only_the_running_code_knows(need_module: Callable[[str, str], ModuleType]) -> None:
    torch: Any = need_module("torch", "pip install torch")
    jax: Any = need_module("jax", "pip install jax")
    from derive import jax as of_jax
    from derive import torch as of_torch

    free, clips = np.array([0.0, 0.5, 2.0], np.float32), np.array([0.5, 1.0, 9.0], np.float32)
    mu, logvar = MU.astype(np.float32), LOGVAR.astype(np.float32)
    a, b = torch.tensor(mu), torch.tensor(logvar)
    options = {"reduction": "mean", "free_nats_mode": "batch"}
    for name, given, word in (("k1", free, "free_nats"), ("kl_unit_logvar", free, "free_nats"), ("k3", clips, "clip")):
        one, other = getattr(of_jax, name), getattr(of_torch, name)
        wanted = [float(other(a, b, **options, **{word: float(x)})) for x in given]
        by_jax = jax.jit(jax.vmap(lambda x, one=one, word=word: one(mu, logvar, **options, **{word: x})))(given)
        np.testing.assert_allclose(by_jax, wanted, rtol=1e-6)
        in_torch = torch.vmap(lambda x, other=other, word=word: other(a, b, **options, **{word: x}))
        np.testing.assert_allclose(in_torch(torch.tensor(given)), wanted, rtol=1e-6)
        compiled = torch.compile(
            lambda x, other=other, word=word: other(a, b, **options, **{word: x}), backend="eager", fullgraph=True
        )
        np.testing.assert_allclose([compiled(torch.tensor(x)) for x in given], wanted, rtol=1e-6)


@pytest.mark.parametrize("name", ["kl_unit_logvar", "k1"])
def test_a_word_of_the_other_framework_is_told(torch_loss: Loss, jax_loss: Loss, name: str) -> None:
    with pytest.raises(TypeError, match=rf"{name}\(\) takes reduction, dim, mask, free_nats, free_nats_mode, not axes"):
        torch_loss(name, MU, LOGVAR, {"axes": 0})
    with pytest.raises(TypeError, match=rf"{name}\(\) takes axis, not dim"):
        jax_loss(name, MU, LOGVAR, {"dim": 0})


def test_the_elements_are_those_of_the_broadcast_arguments(torch_loss: Loss, jax_loss: Loss) -> None:
    for mu, logvar in ((MU[:, :1], LOGVAR), (MU[0], LOGVAR), (MU, LOGVAR[1])):
        for mask in (ELEMENTS, FIRST):
            options = {"axis": -1, "mask": mask, "reduction": "mean"}
            found, wanted = (loss("kl_unit_logvar", mu, logvar, options) for loss in (torch_loss, jax_loss))
            for one, other in zip(found, wanted, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-13)
    with pytest.raises(ValueError, match=r"that of the elements, \(1, 3\)"):
        jax_loss("k2", MU[:1], LOGVAR[:1], {"mask": ELEMENTS})
    with pytest.raises(ValueError, match=r"that of the elements, \(1, 3\)"):
        torch_loss("k2", MU[:1], LOGVAR[:1], {"mask": ELEMENTS})


def test_without_a_mask_too_and_nan_is_no_free_nat(torch_loss: Loss, jax_loss: Loss) -> None:
    lost = np.where(ELEMENTS, MU, math.nan)
    for options in (
        {"axis": -1, "free_nats": 3.0},
        {"free_nats_mode": "batch"},
        {"axis": 1, "free_nats_mode": "batch", "reduction": "mean"},
        {"reduction": "mean"},
    ):
        for mu in (MU, lost):
            found, wanted = (loss("kl_unit_logvar", mu, LOGVAR, options)[0] for loss in (torch_loss, jax_loss))
            np.testing.assert_allclose(found, wanted, rtol=1e-13)
    assert np.isnan(found)


@pytest.mark.parametrize("name", ["k1", "k2", "k3"])
def test_a_clip_bounds_every_estimator_and_lets_the_gradient_through(
    torch_loss: Loss, jax_loss: Loss, name: str
) -> None:
    logp, reference = np.array([-1.0, -1.0, -1.0, -20.0]), np.array([-1.5, -30.0, -math.inf, -1.0])
    clipped = np.clip(reference - logp, -2.0, 2.0)
    value = {"k1": -clipped, "k2": clipped**2 / 2, "k3": np.expm1(clipped) - clipped}[name]
    slope = {"k1": np.full(4, -1.0), "k2": clipped, "k3": np.expm1(clipped)}[name] * [1, 1, 0, 1]
    for loss in (torch_loss, jax_loss):
        found = loss(name, logp, reference, {"clip": 2.0})
        for one, wanted in zip(found, [value, -slope, slope], strict=True):
            np.testing.assert_allclose(one, wanted, rtol=1e-12)
        for wrong in (-1.0, math.nan, "2", (-10.0, 10.0)):
            with pytest.raises(ValueError, match="it bounds the log-ratio in both directions: one positive number"):
                loss(name, logp, reference, {"clip": wrong})
