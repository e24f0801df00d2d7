"""PyTorch: what the emitted file and `derive.torch` promise besides accuracy, which `derive verify` looks at."""

from __future__ import annotations

import importlib
import math
import pickle
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import derive.generated
import numpy as np
import pytest

from derive.pipeline import tools_required

#: What PyTorch says of itself, inside of autograd's checks and of Dynamo.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")

ROOT = Path(__file__).resolve().parent.parent
EMITTED = ROOT / "generated" / "python" / "kl_torch.py"


@cache
def emitted() -> ModuleType:
    module = ModuleType("kl_torch")
    exec(compile(EMITTED.read_text(), str(EMITTED), "exec"), module.__dict__)
    return module


@pytest.fixture(scope="module")
def torch(need_module) -> Any:
    return need_module("torch", "pip install torch")


@pytest.fixture(scope="module")
def kl(torch) -> Any:
    import derive.torch

    return derive.torch


@pytest.fixture(scope="module", params=["derive.torch", "derive.generated.python.kl_torch"])
def reducing(torch, request) -> Any:
    """Both modules that reduce: the emitted file is there to be copied, and alone."""
    return importlib.import_module(request.param)


NAMES = sorted(name for name in derive.generated.__all__ if name.startswith(("kl_unit_", "kl_normal_")))
VALUES = [name for name in NAMES if not name.endswith("_grad")]


def arguments(torch: Any, name: str, dtype: Any = None, count: int = 5) -> list[Any]:
    generator = torch.Generator().manual_seed(3)
    one = [torch.randn(count, generator=generator, dtype=dtype), torch.rand(count, generator=generator, dtype=dtype)]
    two = [torch.randn(count, generator=generator, dtype=dtype), torch.rand(count, generator=generator, dtype=dtype)]
    made = one[:1] if not name.startswith("kl_") else one if name.startswith("kl_unit_") else [*one, *two]
    return [a + 0.5 if i % 2 else a for i, a in enumerate(made)]


# --- the file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["check", "--select", "E,F,W,I,N,UP,B,C4,SIM,RUF,PIE,RET"], ["format", "--check"]])
def test_ruff_has_nothing_to_say(command: list[str]) -> None:
    options = ["--isolated", "--no-cache", "--line-length", "120", "--target-version", "py311"]
    command = [sys.executable, "-m", "ruff", *command, *options, str(EMITTED)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_file_stands_alone(torch, kl) -> None:
    assert set(emitted().__all__) == {*VALUES, "expm1mx", "log1pmx"} <= set(kl.__all__)


@pytest.mark.parametrize("name", VALUES)
def test_the_values_are_those_of_numpy(torch, kl, name: str) -> None:
    a = arguments(torch, name, torch.float64)
    numpy = getattr(derive.generated, name)(*(x.numpy() for x in a))
    np.testing.assert_allclose(getattr(kl, name)(*a).numpy(), numpy, rtol=1e-15)


def test_near_the_optimum_no_digit_is_lost(torch, kl) -> None:
    value = kl.kl_unit_logvar(torch.tensor(0.0), torch.tensor([1e-6, -1e-6, 0.0, 1e-20]))
    np.testing.assert_allclose(value.numpy(), [2.5e-13, 2.5e-13, 0.0, 2.5e-41], rtol=1e-4)


# --- derivatives -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["expm1mx", "log1pmx", "kl_unit_std", "kl_normal_var", "kl_normal_logstd"])
def test_derivatives_of_both_orders(torch, kl, name: str) -> None:
    a = [x.abs().requires_grad_() for x in arguments(torch, name, torch.float64, 2)]
    function = getattr(kl, name)
    assert torch.autograd.gradcheck(function, a, check_forward_ad=True, check_batched_grad=True)
    assert torch.autograd.gradgradcheck(function, a, check_fwd_over_rev=True)


def test_the_gradient_is_that_of_numpy(torch, kl) -> None:
    a = [x.requires_grad_() for x in arguments(torch, "kl_normal_logvar", torch.float64)]
    found = torch.autograd.grad(kl.kl_normal_logvar(*a).sum(), a)
    wanted = derive.generated.kl_normal_logvar_grad(*(x.detach().numpy() for x in a))
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one.numpy(), other, rtol=1e-15)


def test_transformations(torch, kl) -> None:
    a = arguments(torch, "kl_normal_std", torch.float64)
    wanted = kl.kl_normal_std(*a)
    assert torch.equal(torch.vmap(kl.kl_normal_std)(*a), wanted)
    _, slope = torch.func.jvp(kl.kl_normal_std, tuple(a), tuple(torch.ones_like(x) for x in a))
    each = torch.vmap(torch.func.grad(kl.kl_normal_std, argnums=(0, 1, 2, 3)))(*a)
    torch.testing.assert_close(slope, sum(each))


def test_shared_parameters_get_the_sum_of_the_gradients(torch, kl) -> None:
    mu = torch.tensor(0.25, requires_grad=True)
    kl.kl_unit_std(mu, torch.ones(4)).sum().backward()
    assert mu.grad.item() == 1.0


# --- types -------------------------------------------------------------------------------------------------------


def test_types(torch, kl) -> None:
    half = torch.tensor([0.5, -0.25], dtype=torch.bfloat16)
    assert kl.kl_unit_logvar(half, 0.5).dtype == torch.bfloat16
    wide = kl.kl_unit_logvar(half.float(), 0.5).bfloat16()
    assert torch.equal(kl.kl_unit_logvar(half, 0.5), wide)
    assert kl.kl_unit_logvar(torch.ones(3, dtype=torch.float64), torch.ones(3)).dtype == torch.float64
    assert kl.kl_unit_logvar(torch.ones(3), torch.tensor(1.0, dtype=torch.float64)).dtype == torch.float32
    assert kl.kl_unit_logvar(torch.arange(3), 1).dtype == torch.get_default_dtype()


def test_messages(torch, kl) -> None:
    with pytest.raises(TypeError, match=r"not float, float; for arrays there is kl_normal.py"):
        kl.kl_unit_std(1.0, 1.0)
    for wrong, said in ((np.ones(3), r"numpy\.ndarray"), ([0.5], "list")):
        with pytest.raises(TypeError, match=f"std is a {said}; it must be a torch.Tensor, or a number beside one"):
            kl.kl_unit_std(torch.ones(3), wrong)
        with pytest.raises(TypeError, match=f"logp is a {said}"):
            kl.k3(wrong, torch.ones(1))
        with pytest.raises(TypeError, match=r"mask is a \w+; it must be a torch.Tensor of booleans"):
            kl.kl_unit_std(torch.ones(3), 1.0, mask=wrong)
    with pytest.raises(TypeError, match=r"kl_unit_std\(\) takes dim, not axis"):
        kl.kl_unit_std(torch.ones(3), 1.0, axis=0)
    with pytest.raises(TypeError, match=r"kl_unit_std\(\) takes std by position: kl_unit_std\(mu, std\)"):
        kl.kl_unit_std(torch.ones(3), std=1.0)
    with pytest.raises(TypeError, match="complex"):
        kl.kl_unit_std(torch.ones(3, dtype=torch.complex64), 1.0)
    with pytest.raises(ValueError, match="there is no batch"):
        kl.kl_unit_std(torch.ones(3), 1.0, dim=0, reduction="batchmean")


# --- reductions --------------------------------------------------------------------------------------------------


@pytest.fixture
def table(torch, kl) -> Any:
    """Three samples of two latent variables, and their divergences: mu²/2 each."""
    return torch.tensor([[2.0, 0.0], [4.0, 2.0], [0.0, 0.0]], requires_grad=True)


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ({"reduction": "sum"}, 12.0),
        ({"reduction": "mean"}, 2.0),
        ({"reduction": "batchmean"}, 4.0),
        ({"dim": -1}, [2.0, 10.0, 0.0]),
        ({"dim": -1, "reduction": "mean"}, 4.0),
        ({"dim": (0, 1)}, 12.0),
        ({"dim": (), "reduction": "mean"}, 2.0),
        ({"dim": ()}, [[2.0, 0.0], [8.0, 2.0], [0.0, 0.0]]),
        ({"dim": 1, "free_nats": 3.0}, [3.0, 10.0, 3.0]),
        ({"dim": 1, "free_nats": 3.0, "reduction": "mean"}, 16.0 / 3),
        ({"free_nats": 3.0, "free_nats_mode": "batch"}, [10.0 / 3, 3.0]),
        ({"free_nats": 3.0, "free_nats_mode": "batch", "reduction": "sum"}, 19.0 / 3),
    ],
)
def test_reductions(torch, reducing, table, options: dict[str, Any], value: float) -> None:
    torch.testing.assert_close(reducing.kl_unit_std(table, 1.0, **options), torch.tensor(value))


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ({}, [[2.0, 0.0], [8.0, 0.0], [0.0, 0.0]]),
        ({"reduction": "mean"}, 10.0 / 3),
        ({"dim": 1, "reduction": "mean"}, 5.0),
        ({"reduction": "batchmean"}, 5.0),
        ({"free_nats": 1.0, "free_nats_mode": "batch"}, [5.0, 1.0]),
        ({"dim": 1, "free_nats": 3.0}, [3.0, 8.0, 0.0]),
    ],
)
def test_what_is_masked_counts_for_nothing(torch, reducing, table, options: dict[str, Any], value: float) -> None:
    mask = torch.tensor([[True, True], [True, False], [False, False]])
    spoilt = torch.where(mask, table, math.nan).detach().requires_grad_()
    found = reducing.kl_unit_std(spoilt, 1.0, mask=mask, **options)
    torch.testing.assert_close(found, torch.tensor(value))
    found.sum().backward()
    assert torch.equal(spoilt.grad[~mask], torch.zeros(3))
    if "free_nats" in options:
        options = {**options, "free_nats": torch.tensor(options["free_nats"])}
        torch.testing.assert_close(reducing.kl_unit_std(spoilt, 1.0, mask=mask, **options), torch.tensor(value))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"reduction": "avg"}, "reduction must be 'none', 'sum', 'mean' or 'batchmean', not 'avg'"),
        ({"free_nats_mode": "sum"}, "free_nats_mode must be 'element' or 'batch', not 'sum'"),
        *(
            ({"free_nats": wrong}, "it must be a number and not negative")
            for wrong in (-1.0, math.nan, None, "1", [1.0])
        ),
    ],
)
def test_options_that_do_not_exist_are_refused(torch, reducing, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        reducing.kl_unit_std(torch.ones(3), 1.0, **options)


def test_a_mask_of_the_sums(torch, reducing, table) -> None:
    kept = torch.tensor([True, False, True])
    for mask in (kept, kept[:, None]):
        found = reducing.kl_unit_std(table, 1.0, dim=1, mask=mask)
        torch.testing.assert_close(found, torch.tensor([2.0, 0.0, 0.0]))
        assert reducing.kl_unit_std(table, 1.0, dim=1, mask=mask, reduction="mean").item() == 1.0


@pytest.mark.parametrize(
    ("mask", "options", "error", "words"),
    [
        ([1.0, 0.0, 1.0], {"dim": 1}, TypeError, r"mask is of torch.float32; it must be of booleans: mask != 0"),
        ([1, 0, 1], {"dim": 1}, TypeError, r"mask is of torch.int64"),
        (
            [True, False],
            {},
            ValueError,
            r"mask has the shape \(2,\); it must have that of the elements, \(3, 2\), where",
        ),
        ([True, False], {"dim": 1}, ValueError, r"or that of the sums, \(3,\)"),
        ([[[True]]], {}, ValueError, r"shape \(1, 1, 1\)"),
        ([True], {"dim": (0, 1)}, ValueError, r"or that of the sums, \(\)"),
    ],
)
def test_a_mask_that_has_another_meaning_is_refused(torch, reducing, table, mask, options, error, words) -> None:
    with pytest.raises(error, match=words):
        reducing.kl_unit_std(table, 1.0, mask=torch.tensor(mask), **options)


def test_under_the_free_nats_the_gradient_is_0(torch, kl, table) -> None:
    kl.kl_unit_std(table, 1.0, dim=1, free_nats=3.0, reduction="sum").backward()
    assert table.grad.tolist() == [[0.0, 0.0], [4.0, 2.0], [0.0, 0.0]]


def test_help_and_pickle(torch, kl) -> None:
    words = (
        "    std : standard deviation",
        "    dim : ",
        "the sum over `dim` leaves",
        "    free_nats_mode : ",
        "Domain",
    )
    for word in words:
        assert word in kl.kl_unit_std.__doc__
    assert "see Reduction" not in kl.kl_unit_std.__doc__
    assert pickle.loads(pickle.dumps(kl.kl_unit_std)) is kl.kl_unit_std


def test_module(torch, kl, table) -> None:
    assert kl.KLDiagonalNormal("std")(table, torch.ones(2)).item() == 4.0
    module = kl.KLDiagonalNormal("std", reduction="sum", dim=None)
    assert module(table, torch.ones(2), table, torch.ones(2)).item() == 0.0
    assert repr(module) == "KLDiagonalNormal('std', reduction='sum', dim=None)"
    with pytest.raises(ValueError, match="scale is 'sigma'; it can be logstd, logvar, std, var"):
        kl.KLDiagonalNormal("sigma")
    with pytest.raises(TypeError, match="no option of the module: beta"):
        kl.KLDiagonalNormal(beta=2.0)


# --- estimators and distributions --------------------------------------------------------------------------------


def test_k3_keeps_its_digits_and_its_gradient(torch, kl) -> None:
    reference = torch.tensor([-1.0, -1.0, -31.0, -math.inf])
    logp = torch.tensor([-1.0 - 2.0**-20, -1.0, -1.0, -1.0], requires_grad=True)
    value = kl.k3(logp, reference, clip=10.0)
    np.testing.assert_allclose(value.detach(), [2.0**-41, 0.0, 9.0 + math.exp(-10.0), 9.0 + math.exp(-10.0)], rtol=1e-6)
    (slope,) = torch.autograd.grad(value.sum(), logp)
    np.testing.assert_allclose(slope, [-(2.0**-20), 0.0, 1.0 - math.exp(-10.0), 0.0], rtol=1e-5)
    assert kl.k1(logp, reference)[1].item() == 0.0
    assert kl.k2(logp, reference)[2].item() == 450.0


def test_estimators_take_numbers_names_and_half_precision(torch, kl) -> None:
    half = torch.tensor([[-1.0, -2.0], [-0.5, -3.0]], dtype=torch.bfloat16)
    assert kl.k3(logp=half, ref_logp=-1.5).dtype == torch.bfloat16
    wide = kl.k2(half.float(), -1.7, dim=-1, reduction="mean")
    assert torch.equal(kl.k2(half, -1.7, dim=-1, reduction="mean"), wide.bfloat16())


def test_the_mean_of_k1_and_k3_is_the_divergence(torch, kl) -> None:
    p = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    q = torch.tensor([0.2, 0.2, 0.6], dtype=torch.float64)
    divergence = (p * (p.log() - q.log())).sum()
    for estimate in (kl.k1, kl.k3):
        torch.testing.assert_close((p * estimate(p.log(), q.log())).sum(), divergence)


def test_in_eager_mode_compiled_c_does_the_work_where_it_is_installed(torch, kl) -> None:
    if kl.backend != "compiled ufuncs":
        (pytest.fail if tools_required() else pytest.skip)(f"NOT CHECKED: {kl.backend}")
    mu, logvar = (torch.randn(64, requires_grad=True) for _ in range(2))
    value = kl.kl_unit_logvar(mu, logvar)
    found = torch.autograd.grad(value.sum(), (mu, logvar))
    a = mu.detach().numpy(), logvar.detach().numpy()
    assert np.array_equal(value.detach(), derive.generated.kl_unit_logvar(*a))
    wanted = derive.generated.kl_unit_logvar_grad(*a)
    assert all(np.array_equal(one, other) for one, other in zip(found, wanted, strict=True))


def test_registered_and_not(torch, kl) -> None:
    d = torch.distributions
    one, other = d.Normal(0.0, 1.0 + 2.0**-20), d.Normal(0.0, 1.0)
    before = d.kl_divergence(one, other)
    kl.register()
    kl.register()
    try:
        for p, q in ((one, other), (d.LogNormal(0.0, 1.0 + 2.0**-20), d.LogNormal(0.0, 1.0))):
            assert d.kl_divergence(p, q).item() == pytest.approx(2.0**-40, rel=1e-5)
        batch = d.Independent(d.Normal(torch.zeros(3), torch.full((3,), 1.0 + 2.0**-20)), 1)
        standard = d.Independent(d.Normal(torch.zeros(3), torch.ones(3)), 1)
        assert d.kl_divergence(batch, standard).item() == pytest.approx(3 * 2.0**-40, rel=1e-5)
    finally:
        kl.unregister()
    assert torch.equal(d.kl_divergence(one, other), before)


def test_registering_beside_others(torch, kl) -> None:
    d = torch.distributions
    own = d.kl._KL_REGISTRY[d.Normal, d.Normal]
    one, other = d.Normal(0.0, 1.0 + 2.0**-20), d.Normal(0.0, 1.0)
    theirs, later = (lambda p, q: p.loc - 1.0), (lambda p, q: p.loc - 2.0)
    try:
        kl.unregister()  # nothing was registered
        assert d.kl._KL_REGISTRY[d.Normal, d.Normal] is own
        d.register_kl(d.Normal, d.Normal)(theirs)
        kl.register()
        kl.unregister()
        kl.unregister()
        assert d.kl_divergence(one, other) == -1.0  # theirs is back
        kl.register()
        d.register_kl(d.Normal, d.Normal)(later)
        kl.unregister()
        assert d.kl_divergence(one, other) == -2.0  # what came later stays
        kl.register()
        assert d.kl_divergence(one, other).item() == pytest.approx(2.0**-40, rel=1e-5)
        d.register_kl(d.Normal, d.Normal)(later)
        kl.register()  # once more, since it is no longer there
        assert d.kl_divergence(one, other).item() == pytest.approx(2.0**-40, rel=1e-5)
        kl.unregister()
        assert d.kl_divergence(one, other) == -2.0
    finally:
        d.register_kl(d.Normal, d.Normal)(own)


def test_masks_and_estimators_compile_in_one_graph(torch, kl) -> None:
    mask = torch.tensor([True, False])

    def loss(mu, logvar):
        kl_ = kl.kl_unit_logvar(mu, logvar, dim=-1, mask=mask, reduction="mean")
        return kl_ + kl.k3(mu, logvar, dim=-1, mask=mask, reduction="mean", clip=0.5) + kl.kl_unit_std(mu, 1.5).sum()

    mu, logvar = torch.randn(2, 3), torch.randn(2, 3)
    compiled = torch.compile(loss, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(mu, logvar), loss(mu, logvar))


def test_the_module_compiles_in_one_graph(torch, kl) -> None:
    mu, logvar = torch.randn(2, 3), torch.randn(2, 3)
    for second in ((), (logvar, mu)):
        module = kl.KLDiagonalNormal("logvar")
        compiled = torch.compile(module, fullgraph=True, backend="eager")
        torch.testing.assert_close(compiled(mu, logvar, *second), module(mu, logvar, *second))
        assert pickle.loads(pickle.dumps(module))(mu, logvar, *second) == module(mu, logvar, *second)


def test_what_is_compiled_is_one_graph_with_the_same_bits(torch) -> None:
    function = emitted().kl_unit_logvar
    mu, logvar = (1e-3 * torch.randn(64) for _ in range(2))
    leaves = [x.clone().requires_grad_() for x in (mu, logvar)]
    compiled = torch.compile(function, fullgraph=True, backend="aot_eager")  # without a C++ compiler
    value = compiled(*leaves)
    assert torch.equal(value.detach(), function(mu, logvar))
    slopes = torch.autograd.grad(value.sum(), leaves)
    twins = [x.clone().requires_grad_() for x in (mu, logvar)]
    wanted = torch.autograd.grad(function(*twins).sum(), twins)
    assert all(map(torch.equal, slopes, wanted))
