"""Slips of signs, brackets and operators are undone by the first repair; what stands around a divergence is read."""

from __future__ import annotations

import numpy as np
import pytest

from derive.audit.codes import chosen
from derive.audit.files import Found
from derive.audit.findings import audit_file
from derive.identify import identify

UNIT = "-0.5 * K.sum(1 + lv - K.square(mu) - K.exp(lv))"
PAIR = "np.log(s2/s1) + (s1**2 + (m1 - m2)**2) / (2 * s2**2) - 0.5"
LOGS = "0.5 * (lp - lq + (lq.exp() + (mq - mp)**2) / lp.exp() - 1)"
PRECISION = "0.5*(log(tau) + 1/tau + mu**2 - 1)"
PRECISIONS = "0.5*(lam2/lam1 + (m1 - m2)**2*lam2 - 1 + log(lam1/lam2))"


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        (UNIT, "K.square(mu) - K.exp(lv)", "K.square(mu) * K.exp(lv)"),
        (UNIT, "lv - K.square(mu)", "lv * K.square(mu)"),
        (UNIT, "K.square(mu) - K.exp(lv)", "K.square(mu - K.exp(lv))"),
        (UNIT, "K.square(mu)", "K.exp(mu)"),
        (UNIT, "lv - K", "K.abs(lv) - K"),
        (PAIR, "(m1 - m2)**2", "m1 - m2**2"),
        (PAIR, "s2/s1", "s2 - s1"),
        (PAIR, "s1**2 + (m1 - m2)**2", "s1**2 + abs(m1 - m2)"),
        ("-log(std) + 0.5 * (std**2 + mu**2) - 0.5", "(std**2 + mu**2)", "(std**2 + mu)**2"),
        (LOGS, "lp - lq", "lp / lq"),
        (
            "0.5 * (s**2 + mu**2).sum() - log(s).sum() - 0.5 * mu.numel()",
            "0.5 * (s**2 + mu**2).sum()",
            "0.5 * (s**2).sum() + (mu**2).sum()",
        ),
        ("0.5*(d_mu**2/exp(p_logvar) + exp(d_logvar) - d_logvar - 1)", "exp(p_logvar)", "p_logvar"),
        (UNIT, "lv - K.square(mu) - K.exp(lv)", "K.exp(lv) - K.square(mu) - lv"),
        ("0.5*(mu**2 + v - 1 - log(v))", "v - 1 - log(v)", "log(v) - 1 - v"),
        ("log(0.1) - log(std) + (std**2 + mu**2)/(2*0.1**2) - 0.5", "0.1**2", "0.1"),
        (PRECISION, "1/tau", "tau"),
        (PRECISION, "mu**2", "tau*mu**2"),
        (PRECISION.replace("tau", "prec"), "1/prec", "prec"),
        (PRECISIONS, "*lam2", "*lam1"),
        (PRECISIONS, "*lam2", "/lam2"),
        (PRECISIONS, "log(lam1/lam2)", "log(lam2/lam1)"),
    ],
)
def test_the_first_repair_undoes_the_slip(right, old, new):
    answer = identify(right.replace(old, new))
    assert answer.verdict == "not_kl"
    assert identify(answer.fixes[0].corrected).headline == identify(right).headline


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("0.5*(mu**2 + exp(lv) - 1 - abs(lv))", "not_kl"),
        ("0.5*(abs(mu)**2 + exp(lv) - 1 - lv)", "kl"),
        ("0.5*(mu**2 + abs(s)**2 - 1 - 2*log(abs(s)))", "kl"),
        ("0.5*(abs(mu - m2)**2 + exp(lv) - 1 - lv)", "kl"),
        ("0.5*(abs(mu) + exp(lv) - 1 - lv)", "not_kl"),
    ],
)
def test_an_absolute_value_is_the_quantity_only_where_its_sign_is_known(text, verdict):
    assert identify(text).verdict == verdict


def test_where_a_formula_with_an_absolute_value_is_smallest():
    lowest = identify("0.5*(abs(mu) + exp(lv) - 1 - lv)").minimum
    assert lowest is not None
    assert np.allclose(list(lowest["at"].values()), 0, atol=1e-6)


def test_a_quantity_inside_a_sum_is_no_number_of_its_entries():
    assert identify("0.5*(sum(mu**2) + sum(exp(lv)) - d - sum(lv))").verdict == "kl"
    assert identify("-0.5*sum(1 + lv - mu**2 - exp(lv)*mask)").verdict == "unrecognised"


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("0.5*einops.reduce(mu**2 + lv.exp() - lv - 1, 'b d -> b', 'sum')", "exactly KL(N(mu, exp(lv)) ‖ N(0, 1))"),
        (
            "jax.vmap(lambda m, l: -0.5*jnp.sum(1 + l - m**2 - jnp.exp(l)))(mu, lv)",
            "exactly KL(N(mu, exp(lv)) ‖ N(0, 1))",
        ),
        ("0.5*(torch.norm(mu, dim=1)**2 + lv.exp().sum(1) - lv.sum(1) - d)", "exactly KL(N(mu, exp(lv)) ‖ N(0, 1))"),
        (
            "0.5*(np.linalg.norm(m1 - m2)**2 + np.exp(lv).sum() - lv.sum() - len(m1))",
            "exactly KL(N(m1, exp(lv)) ‖ N(m2, 1))",
        ),
        ("0.5*(torch.dot(mu, mu) + lv.exp().sum() - lv.sum() - d)", "exactly KL(N(mu, exp(lv)) ‖ N(0, 1))"),
        (
            "log(sp/sq) + (sq**2 + (mq - pm.detach())**2)/(2*sp.detach()**2) - 0.5",
            "exactly KL(N(mq, sq²) ‖ N(pm, sp²))",
        ),
    ],
)
def test_what_stands_around_a_divergence_is_read(text, headline):
    assert identify(text).headline == headline


def test_the_axes_that_einops_reduces_are_told():
    assert identify("einops.reduce(0.5*(mu**2 + lv.exp() - lv - 1), 'b c h -> b', 'sum')").reductions == (
        "sum over axis (1, 2)",
    )


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("-0.5*ops.sum(1 + lv - ops.square(mu) - ops.exp(lv))", "ops.sum(0.5*"),
        ("-0.5*T.sum(1 + lv - mu**2 - T.exp(lv))", ""),
    ],
)
def test_the_stable_form_calls_what_the_text_calls(text, call):
    assert ((identify(text).stable or "").splitlines() or [""])[-1].startswith(call)
    assert bool(identify(text).stable) is bool(call)


@pytest.mark.parametrize(
    "text",
    [
        "0.5*(logvar.exp() + musq - 1 - logvar).sum()",
        "0.5*(logvar.exp() + mu2 - 1 - logvar).sum()",
        "0.5*(logvar.exp() + mumu - 1 - logvar).sum()",
        "0.5*(logvar.exp() + mean1_sqr - 1 - logvar).sum()",
        "0.5*(1/inv_std**2 + mu**2 - 1) + np.log(inv_std)",
        "0.5*(torch.exp(-2*log_inv_std) + mu.pow(2) - 1) + log_inv_std",
    ],
)
def test_a_name_that_holds_a_square_or_an_inverse_makes_no_fault(text):
    assert identify(text).verdict == "unrecognised"


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("0.5*(1/inv_var + mu**2 - 1 + np.log(inv_var))", "precision"),
        ("0.5*(1/inv_sigma2 + mu**2 - 1 + np.log(inv_sigma2))", "precision"),
        ("0.5*(torch.exp(2*half_logvar) + mu**2 - 1 - 2*half_logvar)", "logstd"),
        ("0.5*(sqrt_var**2 + mu**2 - 1) - log(sqrt_var)", "std"),
        ("0.5*(sigma_pow2 + mu**2 - 1 - log(sigma_pow2))", "var"),
        ("0.5*(std2 + mu**2 - 1 - log(std2))", "var"),
        ("0.5*((sigma_q2 + (mu_q - mu_p)**2)/sigma_p2 - 1 - log(sigma_q2/sigma_p2))", "var"),
    ],
)
def test_a_name_that_says_what_it_holds_is_not_misleading(text, scale):
    answer = identify(text)
    assert (answer.verdict, answer.scale, answer.name_agrees) == ("kl", scale, True)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("-0.5*(1 + 2*torch.log(sigma) - (sigma**2 + mu**2)/prior_sigma**2)", "-log(prior_sigma)"),
        ("0.5*prior_prec*(sigma**2 + mu**2) - torch.log(sigma)", "1/2 + log(prior_prec)/2"),
        ("-0.5*(1 + logvar - (mu**2 + logvar.exp())/3)", "-log(3)/2"),
        ("-0.5*(1 + logvar - (mu**2 + logvar.exp())/10)", "-log(2)/2 - log(5)/2"),
    ],
)
def test_of_a_known_prior_a_formula_may_leave_out_the_constant(text, offset):
    answer = identify(text)
    assert (answer.verdict, answer.factor, answer.offset) == ("affine_kl", "1", offset)


@pytest.mark.parametrize(
    "text",
    [
        "-0.5*(1 + logvar - (torch.sum(mu*w)/torch.sum(w))**2 - logvar.exp())",
        "-0.5*(1 + torch.log(var.sum()) - mu**2 - var.sum())",
        "-0.5*(1 + torch.log(var.mean()) - mu.mean()**2 - var.mean())",
        "-0.5*(1 + logvar - mu.sum()*mu.sum() - logvar.exp())",
        "0.5*(mu.sum()**2/var.sum() + var - 1 - var.log())",
    ],
)
def test_a_sum_inside_a_function_is_no_sum_over_entries(text):
    assert identify(text).verdict == "unrecognised"


@pytest.mark.parametrize(
    "text",
    [
        "(-0.5*(1 + logvar - mu**2 - logvar.exp())*mask).sum()/mask.sum()",
        "((-0.5*(1 + logvar - mu**2 - logvar.exp())*mask)/mask.sum()).sum()",
    ],
)
def test_a_mean_over_a_mask_is_one_on_both_ways(text):
    assert identify(text).verdict == "kl"


def test_a_product_of_experts_is_no_wrong_divergence(tmp_path):
    """Precisions are summed over the experts: no logarithm of a sum is a sum of logarithms."""
    file = tmp_path / "experts.py"
    file.write_text(
        "def poe(mu, logvar):\n"
        "    var = torch.exp(logvar)\n"
        "    T = 1. / var\n"
        "    pd_mu = torch.sum(mu * T, dim=0) / torch.sum(T, dim=0)\n"
        "    pd_var = 1. / torch.sum(T, dim=0)\n"
        "    pd_logvar = torch.log(pd_var)\n"
        "    return -0.5 * torch.sum(1 + pd_logvar - pd_mu.pow(2) - pd_var)\n"
    )
    findings, skipped, _, _ = audit_file(Found(file), chosen())
    assert not findings
    assert not skipped


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jnp.maximum({}, tol*mu.shape[-1])", "at least tol * mu.shape[-1] (free bits); the gradient is zero below"),
        ("torch.clamp({}, min=self.free)", "at least self.free (free bits); the gradient is zero below"),
        ("max(free_bits, {})", "at least free_bits (free bits); the gradient is zero below"),
        ("torch.minimum({}, cap)", "at most cap; the gradient is zero above"),
        ("torch.clamp({}, -10, 10)", "[-10, 10]; the gradient is zero outside"),
    ],
)
def test_a_limit_is_told_on_its_own_side(text, said):
    answer = identify(text.format("-0.5*(1 + logvar - mu**2 - exp(logvar))"))
    assert f"clamp: the formula is limited to {said}" in answer.notes


ENTRIES = {"lv": np.array([0.3, -0.7, 1.1]), "mu": np.array([0.5, 1.0, -2.0])}


@pytest.mark.parametrize(
    "text",
    [
        "-0.5 * np.sum(1 + lv - mu**2 - np.sum(np.exp(lv)))",
        "-0.5 * np.sum(1 + lv - np.sum(mu**2) - np.exp(lv), axis=-1)",
        "-0.5 * np.sum(1 + lv - mu**2) - np.sum(np.exp(lv))",
        "np.sum(-0.5*(np.sum(1 + lv) - mu**2 - np.exp(lv)), axis=-1)",
        "-0.5 * np.mean(np.sum(1 + lv - mu**2, axis=-1)) - np.mean(np.exp(lv).sum(axis=-1))",
    ],
)
def test_a_sum_that_is_added_to_each_entry_of_another_is_wrong_and_its_repair_is_right_in_arrays(text):
    answer = identify(text)
    assert answer.verdict == "not_kl"
    right = 0.5 * np.sum(np.exp(ENTRIES["lv"]) + ENTRIES["mu"] ** 2 - 1 - ENTRIES["lv"])
    assert not np.isclose(eval(text, {"np": np}, ENTRIES), right)
    assert np.isclose(eval(answer.fixes[0].corrected, {"np": np}, ENTRIES), right)


def test_means_in_means_and_sums_beside_other_losses_are_what_they_were():
    assert identify("-0.5 * np.mean(1 + lv - np.mean(mu**2) - np.exp(lv))").verdict == "kl"
    assert identify("np.sum(bce + 0.5 * np.sum(np.exp(lv) + mu**2 - 1 - lv, axis=1))").offset == "entries*bce"
    assert identify("0.5 * (np.sum(mu**2) + np.sum(np.exp(lv) - 1 - lv))").verdict == "kl"


def test_what_keeps_the_digits_has_the_sums_of_all_parts_or_is_not_told():
    whole = "0.5 * np.mean(np.sum(lp - lq) + np.sum((m - n)**2 / np.exp(lp), axis=1) + np.sum(np.exp(lq - lp)) - k)"
    answer = identify(whole)
    assert (answer.verdict, answer.stable) == ("kl", None)
    assert "k must be the number of summed entries" in answer.notes
    beside = "0.5 * np.mean(np.sum(lp - lq) + np.sum((m - n)**2 / np.exp(lp), axis=1) + np.sum(np.exp(lq - lp) - 1))"
    assert identify(beside).stable is None
    assert "axis=1" in (
        identify(beside.replace(")", ", axis=1)", 1).replace("lp) - 1)", "lp) - 1, axis=1)")).stable or ""
    )


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        (
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - mu.exp())",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
        ),
        (
            "-0.5 * torch.sum(1 + mu - mu.pow(2) - logvar.exp())",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
        ),
        ("0.5 * (mu**2 + mu**2 - 1 - 2*log(sigma))", "0.5 * (sigma**2 + mu**2 - 1 - 2*log(sigma))"),
    ],
)
def test_the_mean_of_a_gaussian_in_the_place_of_its_scale(text, repair):
    answer = identify(text)
    assert answer.verdict == "not_kl"
    assert answer.fixes[0].corrected == repair


def test_no_repair_takes_away_what_stands_where_the_mean_belongs():
    answer = identify("-0.5 * torch.sum(1 + logvar - logvar.pow(2) - logvar.exp())")
    assert (answer.verdict, answer.fixes) == ("not_kl", ())
    assert identify("-0.5 * torch.sum(1 + mu - logvar.pow(2) - logvar.exp())").fixes == ()


def test_an_exchanged_difference_is_an_operation(tmp_path):
    file = tmp_path / "m.py"
    file.write_text(
        "kl = " + LOGS.replace("lq.exp() + (mq - mp)**2) / lp.exp()", "lp - lq).exp() + (mq - mp)**2 * (-lp).exp()")
    )
    ((finding,), *_) = audit_file(Found(file), chosen())
    assert (finding.code, "exchange the two sides of lp - lq" in finding.message) == ("DK005", True)


ROWS = "0.5 * (np.sum(np.exp(lv), axis=1) + np.sum(mu**2, axis=1) - np.sum(lv, axis=1) - D)"


def test_a_forgotten_axis_is_told():
    assert identify(ROWS).verdict == "kl"
    for new in ("np.sum(lv)", "np.sum(lv, axis=0)"):
        answer = identify(ROWS.replace("np.sum(lv, axis=1)", new))
        assert answer.verdict == "not_kl"
        assert answer.notes[0].endswith("with the same axis in both it is exactly KL(N(mu, exp(lv)) ‖ N(0, 1))")
    last = identify(ROWS.replace("axis=1", "axis=-1").replace("np.sum(lv, axis=-1)", "np.sum(lv)"))  # of one example
    assert (last.verdict, len(last.doubts)) == ("kl", 1)
    shared = "np.sum(lp - lq) + np.sum((m - n)**2 / np.exp(lp), axis=1) + np.sum(np.exp(lq - lp)) - k"
    assert identify(f"0.5 * np.mean({shared})").verdict == "kl"  # one scale for all examples


def test_a_number_beside_sums_that_are_added_up_counts_the_sums():
    assert identify("0.5 * np.sum(np.sum(mu**2 + var - np.log(var), axis=1) - 1)").offset == "-rows/2 + entries/2"
    assert identify("0.5 * np.mean(np.sum(mu**2 + var - np.log(var), axis=1) - 1)").offset == "-1/2 + entries/2"


@pytest.mark.parametrize("raw", ["sigma_raw", "raw_std", "pre_std", "unconstrained_scale_std"])
def test_what_is_no_scale_yet_promises_none(raw):
    text = f"sigma = 1e-6 + F.softplus({raw})\n0.5*(sigma**2 + mu**2 - 1 - 2*torch.log(sigma))"
    assert identify(text).good
    assert identify(f"-0.5*(1 + {raw} - mu**2 - exp({raw}))").good
    assert not identify("-0.5*(1 + sigma - mu**2 - exp(sigma))").good


@pytest.mark.parametrize(
    ("right", "old", "new", "code"),
    [
        ("-0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp())", "mu**2", "mu*2", "DK003"),
        ("-0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp())", "mu**2", "2*mu", "DK003"),
        ("np.log(std2/std1) + (std1**2 + (mu1-mu2)**2)/(2*std2**2) - 0.5", "(mu1-mu2)**2", "(mu1-mu2)*2", "DK005"),
        ("np.log(std2/std1) + (std1**2 + (mu1-mu2)**2)/(2*std2**2) - 0.5", "2*std2**2", "2*std2*2", "DK005"),
        ("0.5 * (mu**2 + sigma**2 - 1 - torch.log(sigma**2))", "+ sigma**2", "+ sigma*2", "DK003"),
    ],
)
def test_a_quantity_that_is_doubled_for_squared_is_squared(right, old, new, code, tmp_path):
    answer = identify(right.replace(old, new))
    assert answer.fixes[0].edit.startswith("square, not double: ")
    assert identify(answer.fixes[0].corrected).headline == identify(right).headline
    file = tmp_path / "m.py"
    file.write_text(f"kl = {right.replace(old, new)}")
    ((finding,), *_) = audit_file(Found(file), chosen())
    assert (finding.code, bool(finding.repair)) == (code, True)
