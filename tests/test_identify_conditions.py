"""Conditions, limits and stopped gradients in a formula: what is told where it is the divergence in part alone."""

from __future__ import annotations

import pytest

from derive.audit.codes import CODES
from derive.audit.files import Found
from derive.audit.findings import audit_file
from derive.identify import identify
from derive.identify.answer.identification import identify_text
from derive.identify.read.limits import MAX_FILE, NotUnderstood
from derive.identify.read.reading import read_function

KL = "0.5*(mu**2 + exp(l) - 1 - l)"


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        (f"torch.where(mu > 0, {KL}, 0)", "(mu > 0)"),
        (f"{KL} if mu > 0 else 0", "(mu > 0)"),
        (f"torch.where(~mask, 0.0, {KL})", "mask"),
        (f"torch.where(mask, torch.zeros_like(mu), {KL}).sum()", "(~mask)"),
        (f"kl = {KL}\nkl.masked_fill(pad, 0)", "(~pad)"),
        (f"kl = {KL}\nkl = np.where(mask, kl, 0)", "mask"),
        (f"kl = {KL}\nkl = kl.where(mask, 0)", "mask"),
        ("-0.5*torch.sum(torch.where(mu > 0, 1 + l - mu**2 - l.exp(), 0))", "(mu > 0)"),
    ],
)
def test_a_condition_beside_0_is_a_mask(text, factor):
    answer = identify(text)
    assert (answer.verdict, answer.factor, answer.offset) == ("affine_kl", factor, "0")
    assert f"the formula holds where {factor.strip('()')}, elsewhere it is 0" in answer.notes


def test_a_condition_is_a_weight_of_a_masked_mean():
    answer = identify(f"torch.where(mask, {KL}, 0).sum()/mask.sum()")
    assert (answer.verdict, answer.reductions) == (
        "kl",
        ("sum over the entries that mask keeps, divided by the sum of mask",),
    )


@pytest.mark.parametrize(
    "text",
    [
        f"torch.where(mu > 0, {KL}, 7)",
        f"torch.where(mu > 0, {KL}, mu)",
        f"{KL} if mu > 0 else 1",
        f"({KL}).masked_fill(mask, 3)",
        "0.5*(mu**2 + torch.where(mask, exp(l), 0) - 1 - l)",
    ],
)
def test_a_condition_beside_anything_else_is_refused(text):
    with pytest.raises(NotUnderstood, match="a condition is not part of a formula"):
        identify(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("torch.where(torch.isnan({0}), 0, {0})", "0 stands where torch.isnan(kl) holds"),
        ("np.where(np.isfinite({0}), {0}, 100)", "100 stands where np.isfinite(kl) fails"),
        ("{0}.masked_fill(~torch.isfinite({0}), 0)", "0 stands where ~torch.isfinite(kl) holds"),
    ],
)
def test_a_guard_against_what_is_no_number_is_told(text, said):
    answer = identify(f"kl = {KL}\n{text.format('kl')}")
    assert answer.verdict == "kl" and f"guard: {said}" in answer.notes


def test_a_mask_is_no_finding(tmp_path):
    file = tmp_path / "model.py"
    file.write_text(
        "def f(mu, logvar):\n    return torch.where(mu > 0, 0.5*(logvar.exp() + mu**2 - 1 - logvar), 0).sum()\n"
    )
    findings, skipped, _, terms = audit_file(Found(file), frozenset(CODES) - {"DK030"})
    assert (findings, skipped, terms) == ([], [], 1)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("-0.5*(1 + logvar - mu**2 - torch.clamp(logvar, max=0).exp())", "logvar is limited to at most 0; above, {}"),
        ("0.5*(mu**2 + v - 1 - log(max(v, 100)))", "v is limited to at least 100; below, {}"),
        (
            "-0.5*(1 + lv.clamp(-5, 5) - mu**2 - lv.clamp(-9, 9).exp())",
            "lv is limited to [-5, 5]; outside, {}",
        ),
        ("0.5*(s**2 - 1) - log(max(s, 100))", "s is limited to at least 100; below, {}"),
        ("q - p + p*np.log(p/max(q, 100))", "q is limited to at least 100; below, {}"),
        (
            "0.5*(m**2 + s**2 - 1) - log(max(s, 9)) + 0.5*(n**2 + t**2 - 1) - log(t)",
            "s is limited to at least 9; below, {}",
        ),
    ],
)
def test_a_limit_on_one_of_two_occurrences_changes_the_value(text, limit):
    answer = identify(text)
    name = limit.split()[0]
    said = limit.format(f"the value is not the divergence: {name} stands there without the limit, too")
    assert answer.verdict == "kl" and f"clamp: {said}" in answer.notes


@pytest.mark.parametrize("limited", ["np.maximum(mu, 0)", "np.clip(mu, 1e-8, None)"])
def test_a_limited_mean_changes_the_value(limited):
    (note,) = (n for n in identify(f"0.5*({limited}**2 + v - 1 - np.log(v))").notes if n.startswith("clamp"))
    assert note.endswith("; below, the value is not the divergence: a mean is limited")


@pytest.mark.parametrize(
    "text",
    [
        "0.5*(mu**2 + v - 1 - torch.log(v.clamp(min=1e-8)))",
        "0.5*(mu**2 + v - 1 - torch.log(v.clamp(min=eps)))",
        "mu = torch.clamp(mu, -5, 5)\n0.5*(mu**2 + v - 1 - torch.log(v))",
        "-0.5*(1 + lv.clamp(-5, 5) - mu**2 - lv.clamp(-5, 5).exp())",
        "torch.sum(m*0.5*(mu**2 + v - 1 - torch.log(v)))/m.sum().clamp(min=1)",
    ],
)
def test_guards_and_limits_everywhere_keep_the_value(text):
    answer = identify(text)
    (note,) = (n for n in answer.notes if n.startswith("clamp"))
    assert answer.verdict == "kl" and "; the gradient is zero " in note


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("-0.5*torch.sum(1 + lv - mu**2 - {}.exp())", "lv.detach()"),
        ("-0.5*tf.reduce_sum(1 + lv - mu**2 - tf.exp({}))", "tf.stop_gradient(lv)"),
        ("-0.5*torch.sum(1 + lv - mu**2 - {}.exp())", "lv.data"),
        ("s = {}\n-0.5*torch.sum(1 + lv - mu**2 - s.exp())", "lv.detach()"),
    ],
)
def test_a_stopped_gradient_beside_another_one_is_told(text, stopped):
    answer = identify(text.format(stopped))
    said = f"no gradient flows through {stopped}, while lv has one elsewhere: the gradient is not that of the value"
    assert answer.verdict == "kl" and said in answer.notes and answer.stable is None


def test_the_gradient_of_a_library_divergence_may_be_stopped():
    kl = "kl_divergence(Normal({0}, {1}), Normal(0, 1))"
    answer = identify(f"0.8*{kl.format('m.detach()', 's')} + 0.2*{kl.format('m', 's')}")
    said = "no gradient flows through m.detach(), while m has one elsewhere: the gradient is not that of the value"
    assert answer.verdict == "kl" and said in answer.notes


def test_what_has_no_gradient_anywhere_is_not_told():
    answer = identify("-0.5*torch.sum(1 + lv.detach() - mu**2 - lv.detach().exp())")
    assert answer.verdict == "kl" and not any("gradient flows" in note for note in answer.notes)


def test_a_repair_keeps_what_stops_gradients():
    answer = identify("-0.5*torch.sum(1 + 2*logvar - mu**2 - logvar.detach().exp())")
    assert answer.fixes[0].corrected == "-0.5*torch.sum(1 + logvar - mu**2 - logvar.detach().exp())"


@pytest.mark.parametrize("log", ["log(s**2 - 1e-8)", "log(s**2 - eps)", "2*log(s - 1e-3)"])
def test_a_small_constant_that_is_subtracted_is_no_guard(log):
    answer = identify(f"0.5*(s**2 + mu**2 - 1 - {log})")
    assert (answer.verdict in ("not_kl", "unrecognised"), answer.modifiers) == (True, ())
    assert identify(f"0.5*(s**2 + mu**2 - 1 - {log.replace(' - ', ' + ')})").modifiers == ("epsilon",)


@pytest.mark.parametrize(
    "old",
    [
        "    mean0 = mean1.detach()\n    logstd0 = logstd1.detach()\n",
        "    mean0 = jax.lax.stop_gradient(mean1)\n    logstd0 = jax.lax.stop_gradient(logstd1)\n",
        "    mean0, logstd0 = mean1.detach(), logstd1.detach()\n",
        "    mean0 = Variable(mean1.data)\n    logstd0 = Variable(logstd1.data)\n",
    ],
)
def test_a_copy_without_gradient_is_a_gaussian_of_its_own(old):
    """The divergence from a policy to its own old self: with the names filled in nothing is left of it."""
    text = (
        f"def get_kl(mean1, logstd1):\n{old}"
        "    return logstd1 - logstd0 + (exp(2*logstd0) + (mean0 - mean1)**2)/(2*exp(2*logstd1)) - 0.5\n"
    )
    answer = identify_text(read_function(text, "get_kl", MAX_FILE))
    assert (answer.verdict, answer.headline) == (
        "kl",
        "exactly KL(N(mean0, exp(2·logstd0)) ‖ N(mean1, exp(2·logstd1)))",
    )


def test_a_policy_held_against_its_old_self_in_three_copies():
    text = (
        "def get_kl(mean1, log_std1, std1):\n"
        "    mean0 = mean1.detach()\n    log_std0 = log_std1.detach()\n    std0 = std1.detach()\n"
        "    kl = log_std1 - log_std0 + (std0.pow(2) + (mean0 - mean1).pow(2))/(2.0*std1.pow(2)) - 0.5\n"
        "    return kl.sum(1, keepdim=True)\n"
    )
    answer = identify_text(read_function(text, "get_kl", MAX_FILE))
    assert (answer.verdict, answer.headline) == ("kl", "exactly KL(N(mean0, std0²) ‖ N(mean1, std1²))")


SUMMED_KL = "(-0.5*torch.sum(1 + logvar - mu.pow(2) - logvar.exp()))"


@pytest.mark.parametrize(
    "weight",
    [
        "min(1, epoch/10)",
        "np.clip(step/1000, 0, 1)",
        "torch.sigmoid(k*(step - x0))",
        "1/(1 + np.exp(-k*(step - x0)))",
        "(1 - 0.99**step)",
        "min(beta, largest)",
        "frange_cycle(0, 1, epoch)",
        "(beta if warm else 1.0)",
        "(1 - alpha)",
    ],
)
def test_a_weight_that_follows_a_schedule_is_told_as_it_is_written(weight):
    answer = identify(f"recon + {weight} * {SUMMED_KL}")
    assert answer.headline == f"{weight} · KL(N(mu, exp(logvar)) ‖ N(0, 1)) + (recon)"
    assert not any(note.startswith("clamp") for note in answer.notes)
    slip = identify(f"{weight} * {SUMMED_KL.replace('logvar.exp()', '2*logvar.exp()')}")
    assert slip.fixes[0].corrected.replace("torch.exp(logvar)", "logvar.exp()") == f"{weight} * {SUMMED_KL}"


@pytest.mark.parametrize("divisor", ["max(1, n)", "max(n, 1)"])
def test_a_limited_count_divides(divisor):
    answer = identify(f"{SUMMED_KL}/{divisor}")
    assert (answer.verdict, answer.factor) == ("affine_kl", f"1/{divisor}")


def test_a_factor_that_shares_a_quantity_is_no_weight():
    kl = "torch.exp(-lam2)*0.5*(torch.exp(lam1) + (m1 - m2)**2) + 0.5*(lam2 - lam1 - 1)"
    assert identify(kl).verdict == "kl"


ENTRY = "-0.5*(1 + lv[i] - mu[i]**2 - exp(lv[i]))"


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        (f"sum({ENTRY} for i in range(d) for j in range(3))", "3"),
        (f"sum({ENTRY} for j in range(2, 5) for i in range(d))", "3"),
        (f"sum({ENTRY} for i in range(d) for j in range(n))", "n"),
        (f"sum(sum({ENTRY} for i in range(d)) for _ in samples)", "len(samples)"),
        (f"sum([{KL} for _ in (1, 2, 3)])", "3"),
        (f"np.mean([{ENTRY} for i in range(d) for _ in range(3)])", "1"),
        (f"sum({ENTRY.replace('[i]', '[i][j]')} for i in range(d) for j in range(3))", "1"),
        ("sum(0.5*(m**2 + exp(l) - 1 - l) for m, l in zip(mu, lv))", "1"),
    ],
)
def test_an_index_on_which_no_entry_depends_counts(text, factor):
    assert identify(text).factor == factor


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"sum({ENTRY} for i in range(d) for j in range(i))", "depends on another index"),
        (f"sum({ENTRY} for i in range(d) for j in range(d) if j > 2)", "depends on another index"),
        (f"sum({ENTRY} for i in range(d) if i < j for j in range(d))", "depends on another index"),
        ("0.5*sum(a**2 + b**2 - 1 - 2*log(b) for a in mu for b in sigma)", "each mean with each scale"),
    ],
)
def test_entries_that_are_counted_unevenly_are_refused(text, why):
    with pytest.raises(NotUnderstood, match=why):
        identify(text)


ONE = "-0.5*(1 + {1} - {0}**2 - exp({1}))".format


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        (f"{ONE('mq', 'lp')} + {ONE('mp', 'lp')}", ["1", "1"]),
        (f"torch.sum({ONE('m1', 'l')}) + 0.5*torch.sum({ONE('m2', 'l')})", ["1", "1/2"]),
        (f"{ONE('a', 'l')} + {ONE('b', 'l')} + {ONE('m2', 'lv2')}", ["1"] * 3),
        ("0.5*(x**2 + y**2 + 2*s**2 - 2 - 4*log(s))", ["1", "1"]),
    ],
)
def test_gaussians_of_one_scale_are_a_sum_of_divergences(text, factors):
    answer = identify(text)
    assert answer.verdict == ("kl" if set(factors) == {"1"} else "affine_kl")
    assert answer.headline.count("KL(") == len(factors) and ("1/2 · KL(" in answer.headline) is ("1/2" in factors)


def test_that_gaussians_share_a_scale_is_told():
    doubts = identify(f"{ONE('mq', 'lp')} + {ONE('mp', 'lp')}").doubts
    assert doubts == ("mp, mq have the scale lp: right where it is that of each of them",)
    assert identify(f"{ONE('m1', 'l')} + {ONE('m2', 'l')}").doubts == ()
    assert identify("0.5*(m1 - m2)**2/exp(l)").notes[0] == "l is the logarithm of the variance of both Gaussians"


def test_no_repair_of_gaussians_of_one_scale_takes_a_mean_away():
    answer = identify(f"{ONE('mq', 'lp')} + {ONE('mp', 'lp').replace('exp', '2*exp')}")
    assert answer.fixes[0].corrected == f"{ONE('mq', 'lp')} + {ONE('mp', 'lp')}"
    assert not identify(f"{ONE('mq', 'lp')} + {ONE('mp', 'lp').replace('**2', '')}").fixes
    assert identify("0.5*(mu_x**2 + mu_y**2 + s**2 - 1 - 2*log(s))").verdict == "unrecognised"


COPIES = (
    "mean0 = mean1.detach()\nlog_std0 = log_std1.detach()\nstd0 = std1.detach()\n"
    "log_std1 - log_std0 + (std0.pow(2) + (mean0 - mean1).pow(2))/(2.0*std1.pow(2)) - 0.5"
)


def test_copies_without_gradients_are_of_another_gaussian():
    answer = identify(COPIES)
    assert answer.headline == "exactly KL(N(mean0, std0**2) ‖ N(mean1, std1**2))".replace("**2", "²")
    (note,) = (n for n in answer.notes if n.startswith("no gradient"))
    assert note.endswith("while log_std1, mean1, std1 have one elsewhere: the gradient is not that of the value")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("log_std1 - log_std0", "log_std0 - log_std1"),
        ("std1.pow(2)) - 0.5", "std1) - 0.5"),
        ("std0.pow(2)", "std0"),
        ("(mean0 - mean1).pow(2)", "(mean0 - mean1)"),
    ],
)
def test_a_slip_beside_copies_without_gradients_is_undone(old, new):
    answer = identify(COPIES.replace(old, new))
    assert answer.verdict == "not_kl" and identify(answer.fixes[0].corrected).headline == identify(COPIES).headline


@pytest.mark.parametrize("square", [r"\mu^\top\mu", r"\|\mu\|^2"])
def test_a_norm_beside_a_number_is_not_called_wrong(square):
    answer = identify(rf"\frac12({square} + \sigma^2 - 1 - \log\sigma^2)")
    assert answer.verdict == "unrecognised" and "multiply them by their number" in answer.notes[0]
    assert identify(rf"\frac12({square} + d\sigma^2 - d - d\log\sigma^2)").verdict == "kl"


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        (
            "0.5*(lp - lq + (lq.exp() + (mq - mp)**2)/lp.exp() - 1)"
            " + 0.5*(lq - lp + (lp.exp() + (mq - mp)**2)/lq.exp() - 1)",
            "exactly KL(N(mp, exp(lp)) ‖ N(mq, exp(lq))) + KL(N(mq, exp(lq)) ‖ N(mp, exp(lp)))",
        ),
        (
            "torch.sum(0.25*(v1/v2 + v2/v1 - 2 + (m1 - m2)**2*(1/v1 + 1/v2)))",
            "1/2 · KL(N(m1, v1) ‖ N(m2, v2)) + 1/2 · KL(N(m2, v2) ‖ N(m1, v1))",
        ),
        ("0.25*(s1/s2 + s2/s1 + 2)", "not a formula of this kind"),
        ("0.5*((std1 + (m1 - m2)**2)/std2 + (std2 + (m1 - m2)**2)/std1) - 1", "not a formula of this kind"),
        ("0.5*((v1 + (m1 - m2)**2)/v2 + (v2 + (m1 - m2)**2)/v2) - 1", "not a formula of this kind"),
    ],
)
def test_a_divergence_and_its_reverse_are_a_sum(text, headline):
    assert identify(text).headline == headline
