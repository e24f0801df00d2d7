"""The emitted JAX file and derive.jax: types, transformations, derivatives of every order, and losses.

How accurate they are, `derive verify` says.
"""

from __future__ import annotations

import math
import pickle
import sys
from collections.abc import Callable, Iterator
from inspect import signature
from types import ModuleType
from typing import Any

import kernel_material
import numpy as np
import pytest

NAME = "derive.generated.python.kl_jax"


@pytest.fixture(scope="module")
def jax(need_module: Callable[[str, str], ModuleType]) -> Iterator[Any]:
    module: Any = need_module("jax", "pip install jax")
    with module.enable_x64(True):
        yield module


@pytest.fixture(scope="module")
def emitted(jax: Any) -> Any:
    module = ModuleType(NAME)
    exec(compile(kernel_material.files()["python/kl_jax.py"], "kl_jax.py", "exec"), module.__dict__)
    return module


@pytest.fixture(scope="module")
def losses(emitted: Any) -> Iterator[Any]:
    """derive.jax over what is emitted now, whatever generated/ holds."""
    kept = {name: sys.modules.pop(name, None) for name in (NAME, "derive.jax")}
    sys.modules[NAME] = emitted
    import derive.jax

    yield derive.jax
    for name, module in kept.items():
        sys.modules.pop(name, None)
        if module is not None:
            sys.modules[name] = module


def usual(jax: Any) -> Callable[..., Any]:
    def kl(mu1: Any, std1: Any, mu2: Any, std2: Any) -> Any:
        return ((std1**2 + (mu1 - mu2) ** 2) / std2**2 - 1) / 2 + jax.numpy.log(std2 / std1)

    return kl


POINT = (0.3, 1.25, -0.5, 0.75)


def test_derivatives_of_first_and_second_order_in_every_mode(jax: Any, emitted: Any) -> None:
    every = (0, 1, 2, 3)
    for mode in (jax.jacfwd, jax.jacrev):
        np.testing.assert_allclose(
            mode(emitted.kl_normal_std, every)(*POINT), mode(usual(jax), every)(*POINT), rtol=1e-13
        )
        for outer in (jax.jacfwd, jax.jacrev):
            np.testing.assert_allclose(
                outer(mode(emitted.kl_normal_std, every), every)(*POINT),
                outer(mode(usual(jax), every), every)(*POINT),
                rtol=1e-12,
                atol=1e-12,
            )


def test_a_third_derivative(jax: Any, emitted: Any) -> None:
    third = jax.grad(jax.grad(jax.grad(emitted.kl_unit_logvar, 1), 1), 1)
    assert float(third(0.1, 0.2)) == pytest.approx(math.exp(0.2) / 2, rel=1e-13)


def test_the_optimum_is_exact_and_near_it_no_digit_is_lost(jax: Any, emitted: Any) -> None:
    value, slopes = jax.value_and_grad(emitted.kl_unit_logvar, (0, 1))(0.0, 0.0)
    assert (float(value), *map(float, slopes)) == (0.0, 0.0, 0.0)
    tiny = jax.numpy.float32(1e-9)
    value, slopes = jax.value_and_grad(emitted.kl_unit_logvar, (0, 1))(jax.numpy.float32(0), tiny)
    assert float(value) == pytest.approx(2.5e-19, rel=1e-6)
    assert float(slopes[1]) == pytest.approx(5e-10, rel=1e-6)


def test_what_does_not_change_has_no_part_where_its_slope_is_infinite(jax: Any, emitted: Any) -> None:
    value, tangent = jax.jvp(lambda mu: emitted.kl_unit_std(mu, 0.0), (0.5,), (1.0,))
    assert (float(value), float(tangent)) == (math.inf, 0.5)
    assert float(jax.grad(emitted.kl_unit_std)(0.5, 0.0)) == 0.5


def test_jit_and_vmap_give_the_bits_of_the_call(jax: Any, emitted: Any) -> None:
    mu, logvar = np.random.default_rng(1).normal(size=(2, 64))
    called = np.asarray(emitted.kl_unit_logvar(mu, logvar))
    for made in (jax.jit(emitted.kl_unit_logvar), jax.vmap(emitted.kl_unit_logvar)):
        np.testing.assert_array_equal(np.asarray(made(mu, logvar)), called)


def test_types_and_shapes_are_those_of_jax(jax: Any, emitted: Any) -> None:
    numpy = jax.numpy
    for kind in ("bfloat16", "float16", "float32", "float64"):
        assert emitted.kl_unit_std(numpy.ones(3, kind), 2.0).dtype == kind
    assert emitted.kl_unit_std(1, 2).dtype == "float64"
    assert emitted.kl_unit_std(numpy.float32(1), numpy.float64(2)).dtype == "float64"
    assert emitted.kl_unit_std(numpy.ones((3, 1)), numpy.ones(4)).shape == (3, 4)
    half = emitted.kl_unit_std(numpy.asarray(0.5, "bfloat16"), numpy.asarray(0.75, "bfloat16"))
    exact = emitted.kl_unit_std(numpy.float32(0.5), numpy.float32(0.75))
    assert half == exact.astype("bfloat16")


def test_other_arguments_are_refused(emitted: Any) -> None:
    class Tensor:
        __module__ = "torch"

    with pytest.raises(TypeError, match=r"torch\..*Tensor was given; arrays of JAX"):
        emitted.kl_unit_std(Tensor(), 1.0)
    with pytest.raises(TypeError, match="complex"):
        emitted.kl_unit_std(1j, 1.0)


# --- losses ------------------------------------------------------------------------------------------------------

MU = np.array([[0.0, 1.0], [0.1, 0.0], [2.0, 1.0]])
LOGVAR = np.array([[0.0, 0.5], [0.1, 0.0], [-1.0, 0.0]])


def test_reductions(jax: Any, losses: Any) -> None:
    kl = losses.kl_unit_logvar
    each = np.asarray(kl(MU, LOGVAR))
    assert float(kl(MU, LOGVAR, reduction="sum")) == pytest.approx(each.sum())
    assert float(kl(MU, LOGVAR, reduction="mean")) == pytest.approx(each.mean())
    assert float(kl(MU, LOGVAR, reduction="batchmean")) == pytest.approx(each.sum() / 3)
    np.testing.assert_allclose(kl(MU, LOGVAR, axis=-1), each.sum(axis=1))
    assert float(kl(MU, LOGVAR, axis=1, reduction="mean")) == pytest.approx(each.sum() / 3)


def test_a_masked_mean_divides_by_the_sum_of_the_mask(jax: Any, losses: Any) -> None:
    kl, mask = losses.kl_unit_logvar, np.array([True, False, True])
    each = np.asarray(kl(MU, LOGVAR)).sum(axis=1)
    assert float(kl(MU, LOGVAR, axis=1, mask=mask, reduction="mean")) == pytest.approx((each[0] + each[2]) / 2)
    lost = MU.copy()
    lost[1] = np.nan
    assert float(kl(lost, LOGVAR, axis=1, mask=mask, reduction="sum")) == pytest.approx(each[0] + each[2])


def test_free_nats_clamp_the_sum_from_below_with_gradient_zero(jax: Any, losses: Any) -> None:
    kl = losses.kl_unit_logvar
    each = np.asarray(kl(MU, LOGVAR, axis=1))
    np.testing.assert_allclose(kl(MU, LOGVAR, axis=1, free_nats=0.5), np.maximum(each, 0.5))
    slopes = np.asarray(jax.grad(lambda mu: kl(mu, LOGVAR, axis=1, free_nats=0.5, reduction="sum"))(MU))
    np.testing.assert_allclose(slopes, [[0.0, 1.0], [0.0, 0.0], [2.0, 1.0]])
    by_unit = np.asarray(kl(MU, LOGVAR)).mean(axis=0)
    clamped = kl(MU, LOGVAR, free_nats=0.6, free_nats_mode="batch", reduction="sum")
    assert float(clamped) == pytest.approx(np.maximum(by_unit, 0.6).sum())
    assert min(by_unit) < 0.6 < max(by_unit)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"reduction": "total"}, "reduction must be"),
        ({"free_nats_mode": "all"}, "free_nats_mode must be"),
        ({"axis": (0, 1), "reduction": "batchmean"}, "there is no batch"),
    ],
)
def test_losses_that_do_not_exist(jax: Any, losses: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        losses.kl_unit_logvar(MU, LOGVAR, **options)


def test_estimators_and_a_clip_that_lets_the_gradient_through(jax: Any, losses: Any) -> None:
    logp, reference = np.array([-1.0, -2.0]), np.array([-1.5, -2.0 + 1e-9])
    ratio = reference - logp
    np.testing.assert_allclose(losses.k1(logp, reference), -ratio)
    np.testing.assert_allclose(losses.k2(logp, reference), ratio**2 / 2)
    np.testing.assert_allclose(losses.k3(logp, reference), np.expm1(ratio) - ratio, atol=1e-15)
    assert float(losses.k3(logp, reference)[1]) == pytest.approx(ratio[1] ** 2 / 2, rel=1e-8)
    value, slope = jax.value_and_grad(lambda x: losses.k3(x, 0.0, clip=2.0))(-10.0)
    assert float(value) == pytest.approx(math.exp(2) - 3)
    assert float(slope) == pytest.approx(-(math.exp(2) - 1))


def test_half_precision_is_reduced_in_float32(jax: Any, losses: Any) -> None:
    many = jax.numpy.full((2**17,), 0.25, "float16")
    for function in (losses.kl_unit_logvar, losses.k2):
        each = function(many[:1], 0.0)
        assert each.dtype == "float16"
        assert function(many, 0.0, mask=many > 0, reduction="mean") == each[0] > 0
    large = jax.numpy.asarray([400.0, 0.0, 0.0, 0.0], "float16")  # its divergence, 80000, is no number of 16 bits
    found = losses.kl_unit_std(large, jax.numpy.ones(4, "float16"), reduction="mean")
    assert (found.dtype, float(found)) == ("float16", 20000.0)
    of_three = losses.k3(jax.numpy.full(1000, 0.1, "bfloat16"), jax.numpy.full(1000, 0.3, "bfloat16"), reduction="sum")
    assert (of_three.dtype, float(of_three)) == ("bfloat16", 21.5)


def test_help_names_the_arguments(losses: Any) -> None:
    for word in ("free_nats", "reduction", "axis", "mask", "Domain", "logvar : logarithm of the variance"):
        assert word in losses.kl_unit_logvar.__doc__
    assert pickle.loads(pickle.dumps(losses.kl_unit_std)) is losses.kl_unit_std
    shown = signature(losses.kl_normal_std)
    assert [*shown.parameters][:5] == ["mu1", "std1", "mu2", "std2", "reduction"]
