"""The compiled C as operators of PyTorch: what PyTorch asks of them, traced and exported code, shapes without data."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def torch(need_module: Callable[[str, str], ModuleType]) -> Any:
    return need_module("torch", "pip install torch")


@pytest.fixture(scope="module")
def kl(torch: Any) -> Any:
    import derive.torch

    if derive.torch.backend != "compiled ufuncs":
        pytest.skip(f"no operators: {derive.torch.backend}")
    return derive.torch


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "dense": lambda torch: torch.rand(3, 4) + 0.5,
    "turned": lambda torch: (torch.rand(4, 3, dtype=torch.float64) + 0.5).T,
    "stretched": lambda torch: (torch.rand(3, 1) + 0.5).expand(3, 4),
    "with steps": lambda torch: (torch.rand(6, 8) + 0.5)[::2, ::2],
    "one number": lambda torch: torch.tensor(0.5),
    "empty": lambda torch: torch.rand(0, 3),
}


@pytest.mark.parametrize("layout", list(LAYOUTS))
@pytest.mark.parametrize("name", ["log1pmx", "kl_unit_logvar", "kl_normal_std"])
def test_operators_are_what_pytorch_asks_of_them(torch: Any, kl: Any, name: str, layout: str) -> None:
    from derive.generated.python import kl_torch

    from derive import reduction

    made, kernel = LAYOUTS[layout](torch), getattr(kl_torch, f"_{name}")
    arguments = (made,) * len(reduction.parameters(getattr(kl_torch, name)))
    for operator in filter(None, (kernel.value_on_cpu, kernel.slopes_on_cpu)):
        assert set(torch.library.opcheck(operator, arguments).values()) == {"SUCCESS"}


def test_shapes_without_data(torch: Any, kl: Any) -> None:
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        mu, std = torch.rand(3, 4, requires_grad=True), torch.rand(3, 4)
        loss = kl.kl_unit_std(mu, std, dim=-1, reduction="mean")
        loss.backward()
    assert (loss.shape, mu.grad.shape) == ((), (3, 4))


def test_traced_code_has_the_operators(torch: Any, kl: Any) -> None:
    from torch.fx.experimental.proxy_tensor import make_fx

    def slopes(mu: Any, logvar: Any) -> Any:
        return torch.func.grad(lambda a, b: kl.kl_unit_logvar(a, b).sum(), argnums=(0, 1))(mu, logvar)

    traced = make_fx(slopes, tracing_mode="symbolic")(torch.rand(3), torch.rand(3))
    assert "torch.ops.derive.kl_unit_logvar_grad" in traced.code
    mu, logvar = torch.rand(5), torch.rand(5)
    torch.testing.assert_close(traced(mu, logvar), slopes(mu, logvar))


def test_a_loss_is_traced_for_torchscript(torch: Any, kl: Any) -> None:
    loss = kl.KLDiagonalNormal("logvar", free_nats=0.5)
    traced = torch.jit.trace(loss, (torch.rand(3, 4), torch.rand(3, 4)))
    mu, logvar = torch.rand(7, 4), torch.rand(7, 4)
    torch.testing.assert_close(traced(mu, logvar), loss(mu, logvar))


@pytest.mark.parametrize("strict", [True, False])
def test_a_loss_is_exported(torch: Any, kl: Any, strict: bool) -> None:
    loss = kl.KLDiagonalNormal("logvar", free_nats=0.5)
    batch = torch.export.Dim("batch", min=2)
    shapes = ({0: batch}, {0: batch})
    exported = torch.export.export(loss, (torch.rand(3, 4), torch.rand(3, 4)), dynamic_shapes=shapes, strict=strict)
    mu, logvar = torch.rand(7, 4), torch.rand(7, 4)
    torch.testing.assert_close(exported.module()(mu, logvar), loss(mu, logvar))
