"""What is proved of the gradients in C: within the contract, and lost with what the trees do for it."""

from __future__ import annotations

import pytest
from kernel_material import lowered

from derive.lower.arithmetic import gradients
from derive.lower.arithmetic.gradients import slopes
from derive.lower.bounds import gradients as gradient_bounds
from derive.lower.plans import Twofold
from derive.vocabulary.kernel import Builder, Node, Role, constant, function

#: In ulp of the larger exact part; where two parts of one sign reach the next binade, the last rounding alone is one.
CONTRACT = {"binary64": 1.5, "binary32": 1.01}
SHAPES = {
    "std": Twofold(False, 2, (0, 1, 2, 3)),
    "var": Twofold(False, 1, (0, 1, 2, 3)),
    "logstd": Twofold(True, 2, (0, 1, 2, 3)),
    "logvar": Twofold(True, 1, (0, 1, 2, 3)),
}


def test_every_gradient_of_a_plan_is_proved_within_the_contract() -> None:
    kernels = [
        k for k in lowered().kernels if k.target == "c" and k.role is Role.GRADIENT and "all arguments" in k.plans
    ]
    assert len(kernels) == 8
    for kernel in kernels:
        for precision, bound in kernel.bounds.items():
            assert bound.established == "proved"
            assert 0.5 < bound.ulp <= CONTRACT[precision]
        if len(kernel.signature) == 2:
            assert kernel.bounds["binary32"].ulp <= 0.51


def proved(shape: Twofold) -> float:
    parameters = ("mu1", "s1", "mu2", "s2")
    return gradient_bounds.slopes(shape, slopes("kl", parameters, shape))["binary64"][0]


def without_tails(b: object, a: object, a_tail: object, c: object, c_tail: object) -> tuple[object, ...]:
    return a * c, constant(0.0)  # type: ignore[operator]


@pytest.mark.parametrize("scale", ["logvar", "std"])
def test_a_product_without_its_tails_is_seen(scale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = proved(SHAPES[scale])
    poor = function("multiply", ("a", "a_tail", "b", "b_tail"), ("head", "tail"), without_tails, "a b, rounded")  # type: ignore[arg-type]
    monkeypatch.setattr(gradients, "MULTIPLY", poor)
    assert proved(SHAPES[scale]) > whole + 0.5


def test_a_quotient_without_its_rest_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = proved(SHAPES["var"])

    def rounded(b: object, a: object, a_tail: object, c: object, c_tail: object) -> tuple[object, ...]:
        return (a / c + 0.0 / c,)  # type: ignore[operator]

    poor = function("divide", ("a", "a_tail", "b", "b_tail"), ("quotient",), rounded, "a / b")  # type: ignore[arg-type]
    monkeypatch.setattr(gradients, "DIVIDE", poor)
    monkeypatch.setattr(gradient_bounds, "DIVIDE", poor)
    assert proved(SHAPES["var"]) > whole + 0.5


@pytest.mark.parametrize("order", [1, 2])
def test_a_difference_that_vanishes_is_measured_in_ulp_of_itself(order: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is lost beside the larger part is many units of the difference: near 1 only evaluation bounds it."""
    shape, parameters = Twofold(False, order, (0, 1)), ("mu", "s")
    whole = gradient_bounds.slopes(shape, slopes("kl", parameters, shape))["binary64"][0]
    assert 0.75 < whole < 0.76

    def poor(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        return mu, s - 1.0 / s if order == 2 else 0.5 - 0.5 / s

    rounded = function("slopes", parameters, ("d_mu", "d_s"), poor, "x - 1/x, rounded twice")
    assert gradient_bounds._next_to_one(order, rounded).total > 0.4
    monkeypatch.setattr(gradient_bounds, "_NEAR", 2.0**-52)
    assert gradient_bounds.slopes(shape, slopes("kl", parameters, shape))["binary64"][0] > 6


def test_the_two_growths_are_read_with_their_last_sums() -> None:
    """The error of exp(x) - 1 is dominated by the correction k log 2 and the polynomial, far below half an ulp."""
    for growth in (gradient_bounds.EXPM1_SCALED, gradient_bounds.EXPM1_SCALED_PAIR):
        assert 0.0 < gradient_bounds.growth(growth).total < 0.1
