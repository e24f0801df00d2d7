"""True formulas in all spellings, broken by one edit that people make: the repair offered first is right in every case,
and nearly always undoes that edit.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from broken_spellings import broken
from spellings import right, textbook

from derive.identify import identify
from derive.identify.answer.spelling import textbook as textbook_spelling
from derive.identify.match import form as f
from derive.identify.match.expand import Expander
from derive.identify.match.parameterisations import PARAMETERISATIONS
from derive.identify.match.readings import Gaussian, Reading
from derive.identify.read.limits import MAX_SIZE
from derive.identify.read.reading import read
from derive.identify.read.text import NUMPY, TORCH


def _what(text: str) -> tuple[object, ...]:
    answer = identify(text)
    roles = tuple(answer.roles.values())
    return answer.verdict, answer.scale, answer.pair, answer.direction, answer.factor, answer.offset, roles


@pytest.mark.parametrize(
    ("written", "seeds"), [(lambda rng: right(rng).text, range(1_000, 1_060)), (textbook, range(2_000, 2_080))]
)
def test_the_first_repair_is_right_and_undoes_the_edit(written, seeds):
    tried = undone = 0
    for seed in seeds:
        rng = random.Random(seed)
        text = written(rng)
        slip = broken(text, rng)
        answer = identify(slip[0]) if slip else None
        if slip is None or answer is None or answer.verdict in ("kl", "affine_kl"):
            continue  # a sign before a square that stands alone, a weight: still a divergence, of something else
        tried += 1
        if answer.fixes:
            repaired = _what(answer.fixes[0].corrected)
            assert repaired[0] in ("kl", "affine_kl"), (slip, answer.fixes[0])
            undone += repaired == _what(text)
    assert tried > 0.8 * len(seeds)
    assert undone >= 0.9 * tried


ONE = "-0.5 * torch.sum(1 + {0} - {1}**2 - torch.exp({0}))"
TWO = "torch.log(std_p{0}/std_q{0}) + (std_q{0}**2 + (mu_q{0} - mu_p{0})**2)/(2*std_p{0}**2) - 0.5"


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        (f"{ONE.format('lv1', 'mu1')} + {ONE.format('lv2', 'mu2')}", "mu2**2", "mu2"),
        (f"{ONE.format('lv1', 'mu1')} + {ONE.format('lv2', 'mu2')}", "torch.exp(lv2)", "lv2"),
        (f"{ONE.format('lv1', 'mu1')} + {ONE.format('lv2', 'mu2')}", "torch.exp(lv2)", "torch.exp(lv1)"),
        (f"{ONE.format('logvar_z', 'mu_z')} + {ONE.format('logvar_w', 'mu_w')}", "exp(logvar_w)", "exp(logvar_z)"),
        (f"kl1 = {ONE.format('lv1', 'mu1')}\nkl2 = {ONE.format('lv2', 'mu2')}\nkl1 + kl2", "mu2", "mu1"),
        (f"{TWO.format(1)} + {TWO.format(2)}", "(2*std_p2**2)", "(2*std_p2)"),
        (f"{TWO.format(1)} + {ONE.format('lv_z', 'mu_z')}", "std_p1/std_q1", "std_q1/std_p1"),
    ],
)
def test_the_wrong_one_of_two_divergences_is_named_and_repaired(right, old, new):
    assert identify(right).verdict == "kl"
    answer = identify(right.replace(old, new))
    assert answer.verdict == "not_kl"
    assert answer.fixes[0].corrected.replace(" ", "") == right.replace(" ", "")
    assert any(note.startswith("the rest is right: KL(") for note in answer.notes)
    assert answer.fixes[0].edit.startswith("in KL(N(mu")


def test_a_repair_drops_no_other_loss():
    wrong = "rec + 0.5*(torch.exp(lv) + mu - 1 - 3*lv)"
    assert all("rec" in fix.corrected for fix in identify(wrong).fixes)


def test_a_wrong_line_beside_a_right_one_is_told():
    lines = [f"kl1 = {ONE.format('lv1', 'mu1')}", f"kl2 = {ONE.format('lv2', 'mu2')}", "loss = bce(x, y) + kl1 + kl2"]
    assert identify("\n".join(lines)).verdict in ("kl", "affine_kl")
    assert identify("\n".join(lines).replace("mu2**2", "mu2")).verdict == "not_kl"


T = "term1 = ({}) / {}\nterm2 = {} / {}\n0.5 * (term1 * term1 + term2 * term2) - 0.5 - torch.log(term2)"


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        (T.format("mu_q - mu_p", "sigma_p", "sigma_q", "sigma_p"), "mu_q - mu_p", "mu_q + mu_p"),
        (T.format("m1 - m2", "s2", "s1", "s2"), "m1 - m2", "m1 + m2"),
        (T.format("m1 - m2", "s2", "s1", "s2"), "(m1 - m2) / s2", "(m1 - m2) / s1"),
        (T.format("m1 - m2", "s2", "s1", "s2"), "(m1 - m2) / s2", "(m1 - m2) * s2"),
        (T.format("a.mu - b.mu", "b.std", "a.std", "b.std"), "a.std / b.std", "a.std / a.std"),
        (T.format("mu_q - mu_p", "sigma_p", "sigma_q", "sigma_p"), "sigma_q / sigma_p", "sigma_q / sigma_q"),
        ("0.5*torch.sum(mu**2 - (1 + logvar) + logvar.exp())", "mu**2 - (1 + logvar)", "1 + logvar - mu**2"),
    ],
)
def test_a_slip_is_undone_where_only_parts_have_names(right, old, new):
    """The parts are not the parameters of a Gaussian, and minus a divergence is no repair of what has a square."""
    assert identify(right).verdict == "kl"
    answer = identify(right.replace(old, new))
    assert answer.verdict == "not_kl"
    assert re.sub(r"[( )]", "", right) in [re.sub(r"[( )]", "", fix.corrected) for fix in answer.fixes]
    assert all(identify(fix.corrected).verdict == "kl" for fix in answer.fixes)


@pytest.mark.parametrize(
    "text",
    [
        "0.5*(mu_q - mu_p)**2/sigma_q**2",
        "0.5*torch.sum((mu1 - mu2)**2/torch.exp(logvar1))",
        "log(sigma) - log(sigma) + (sigma**2 + (mu1 - mu2)**2)/(2*sigma**2) - 0.5",
        "0.5*(logvar_p - logvar_p + (exp(logvar_p) + (mu_q - mu_p)**2)/exp(logvar_p) - 1)",
    ],
)
def test_one_name_in_the_place_of_two_is_no_divergence(text):
    assert identify(text).verdict in ("not_kl", "unrecognised")
    assert identify("0.5*(mu_q - mu_p)**2/sigma**2").verdict == "kl"


def test_minus_a_divergence_is_offered_where_all_squares_are_negative():
    assert identify("0.5*torch.sum(1 - logvar - mu**2 - logvar.exp())").fixes[0].edit == "flip the sign of the log term"
    for mixed in ("0.5*torch.sum(1 + logvar + mu**2 - logvar.exp())", "log(s1/s2) + (s1**2 - (m1-m2)**2)/(2*s2**2)"):
        assert all("-1 ·" not in identify(fix.corrected).headline for fix in identify(mixed).fixes)


def test_what_a_network_returns_may_share_its_input():
    for lines in (
        "m = x @ W + c\ns = x @ V + d",
        "m = x * w\ns = x / t",
        "m = W2 @ relu(W1 @ x)\ns = V2 @ relu(W1 @ x)",
    ):
        assert identify(f"{lines}\n0.5 * (s**2 + m**2 - 1) - torch.log(s)").verdict == "kl"


def test_a_line_of_logarithms_alone_is_not_completed():
    slip = "d = (mu_q - mu_p)/sigma_p\nr = logvar_q - logvar_p\n0.5*(torch.exp(r) + d**2 - 1 + r)"
    assert [fix.edit for fix in identify(slip).fixes] == ["flip the sign of the log term"]
    assert identify("(x - mu)**2/(2*sigma**2) + log(sigma) + 0.5*log(2*pi)").verdict == "unrecognised"


def test_a_slip_that_was_made_twice_is_undone_twice_and_nothing_absurd_is_offered():
    """The square of the mean is another thing; the logarithm of a logarithm is no scale."""
    answer = identify("-0.5*sum(1 + logvar**2 - mu**2 - exp(logvar**2))")
    assert answer.verdict == "not_kl"
    assert [(fix.edit, fix.corrected) for fix in answer.fixes] == [
        ("drop the power of logvar**2", "-0.5*sum(1 + logvar - mu**2 - exp(logvar))")
    ]


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("-0.5*torch.sum(1 + logvar - mu.pow(2) - logvar)", "torch.exp(logvar)"),
        ("-0.5*(1 + logvar - self.mu.pow(2) - logvar).sum(dim=1)", "torch.exp(logvar)"),
        ("kl = 1 + logvar - mu**2 - logvar\nloss = -0.5*kl.sum(dim=-1)", "torch.exp(logvar)"),
        ("-0.5*xp.sum(1 + logvar - xp.power(mu, 2) - logvar)", " exp(logvar)"),
        ("import theano.tensor as TT\n-0.5*TT.sum(1 + logvar - mu**2 - logvar)", "TT.exp(logvar)"),
        ("-0.5*(1 + logvar - mu**2 - logvar)", " exp(logvar)"),
    ],
)
def test_a_repair_calls_functions_as_the_text_does_and_no_quantity(text, repaired):
    """``mu.pow`` is a method, not a module: ``mu.exp(logvar)`` would be read again, and be no function."""
    assert repaired in identify(text).fixes[0].corrected


TENTH = "0.5*(2*torch.log(0.1/sigma) - 1 + (sigma/0.1)**2 + (mu/0.1)**2).sum()"
HALF = "(np.log(0.5) - torch.log(std) + (std**2 + mu**2)/(2*0.5**2) - 0.5).sum()"
SHIFTED = "-0.5*torch.sum(1 + logvar - (mu - self.prior_mu).pow(2) - logvar.exp())"
PRIOR = "-0.5*torch.sum(1 + logvar - torch.log(prior_var) - (mu.pow(2) + logvar.exp())/prior_var)"


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        (TENTH, "(sigma/0.1)**2", "(sigma/0.1)"),
        (TENTH, "2*torch.log", "torch.log"),
        ("log(2/s) + (s**2 + mu**2)/8 - 0.5", "mu**2", "mu"),
        ("log(2/s) + (s**2 + mu**2)/8 - 0.5", "(s**2", "(s"),
        ("log(2/s) + (s**2 + mu**2)/8 - 0.5", "2/s", "s/2"),
        ("-0.5*(1 + log(s/4) - mu**2/4 - s/4)", "mu**2/4", "mu**2"),
        ("-0.5*(1 + log(s/4) - mu**2/4 - s/4)", "- s/4", "+ s/4"),
        (HALF, "0.5**2", "0.5"),
        (HALF, "std**2 +", "std +"),
        (SHIFTED, "(mu - self.prior_mu).pow(2)", "(mu - self.prior_mu)"),
        (SHIFTED, "mu - self", "mu + self"),
        ("0.5*torch.sum((mu - 1)**2 + logvar.exp() - logvar - 1)", "(mu - 1)**2", "(mu - 1)"),
        (PRIOR, "- torch.log", "+ torch.log"),
        (PRIOR, "mu.pow(2)", "mu"),
    ],
)
def test_a_repair_leaves_a_known_prior_as_it_is(right, old, new):
    answer = identify(right.replace(old, new))
    assert answer.verdict == "not_kl"
    assert identify(answer.fixes[0].corrected).headline == identify(right).headline


MASKED = "torch.sum(mask*0.5*(torch.exp(logvar) + mu**2 - 1 - logvar))/torch.sum(mask)"


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        (MASKED, "mu**2", "mu"),
        (MASKED, "- logvar", "+ logvar"),
        ("kl = (mu**2 + logvar.exp() - logvar - 1)*m\n0.5*kl.sum()/m.sum()", "mu**2", "mu"),
        (
            "K.sum(-0.5*(1 + z - K.square(mu) - K.exp(z)), axis=-1)",
            " - K.square(mu) - K.exp(z))",
            ") - K.square(mu) - K.exp(z)",
        ),
        ("(-log_sigma + 0.5*(mu**2 + torch.exp(2*log_sigma)) - 0.5).sum(1)", "0.5*(mu", "(mu"),
    ],
)
def test_masks_and_brackets_are_kept_or_put_back(right, old, new):
    assert re.sub(r"[( )]", "", identify(right.replace(old, new)).fixes[0].corrected) == re.sub(r"[( )]", "", right)


def test_no_stable_form_drops_a_mask_or_a_reduction():
    assert identify(MASKED).verdict == "kl"
    assert identify(MASKED).stable is None
    wrong = "def f(mu, logvar):\n    kl = -0.5*(1 + logvar - mu - logvar.exp())\n    return kl.sum(1).mean(0)"
    assert (identify(wrong).stable or "").endswith("torch.mean(torch.sum(0.5*(expm1mx(logvar) + mu**2), dim=1), dim=0)")


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        ("-0.5*torch.sum(1 + s_logvar - s_mu.pow(2) - s_logvar.exp())", "s_logvar.exp()", "c_logvar.exp()"),
        ("var1 = l1.exp()\nvar2 = l2.exp()\n0.5*(l2 - l1 + (var1 + (m1 - m2)**2)/var2 - 1)", "/var2", "/var1"),
        ("v1 = s1**2\nv2 = s2**2\nlog(s2) - log(s1) + (v1 + (m1 - m2)**2)/(2*v2) - 0.5", "*v2", "*v1"),
        ("var1 = exp(l1)\nvar2 = exp(l2)\n0.5*(l2 - l1 + var1/var2 + (m1 - m2)**2/var2 - 1)", "**2/var2", "**2/var1"),
    ],
)
def test_a_name_of_another_gaussian_is_put_back(right, old, new):
    answer = identify(right.replace(old, new))
    assert answer.verdict == "not_kl"
    assert identify(answer.fixes[0].corrected).headline == identify(right).headline


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        (
            "0.5*(log_var.exp()/var_p + (mu - mu_p)**2/var_p - 1 + np.log(var_p) - log_var)",
            "np.log(var_p) - log_var",
            "log_var - np.log(var_p)",
        ),
        (
            "0.5*sum(2*torch.log(std_2) - 2*torch.log(std_1) + (std_1**2 + (m_1 - m_2)**2)/std_2**2 - 1)",
            "2*torch.log(std_2) - 2*",
            "torch.log(std_2) - ",
        ),
    ],
)
def test_two_logarithms_are_mended_at_once(right, old, new):
    answer = identify(right.replace(old, new))
    assert answer.verdict == "not_kl"
    assert re.sub(r"[( )]", "", answer.fixes[0].corrected) == re.sub(r"[( )]", "", right)


def test_no_stable_form_is_offered_where_gradients_are_stopped():
    text = "0.8*kl_divergence(Normal(mu_q.detach(), std_q), Normal(mu_p, std_p)).sum(-1)"
    assert identify(text).stable is None
    assert (identify(text.replace(".detach()", "")).stable or "").splitlines()[-1].startswith("torch.sum(")


def test_a_value_that_is_too_large_to_be_named_is_put_in_no_place():
    """The largest tree that is read has one part more as the value of a name."""

    def total(count: int) -> str:
        return "x" if count == 1 else f"({total(count // 2)} + {total(count - count // 2)})"

    answer = identify(f"var2 = -{total(MAX_SIZE // 2)}\n-0.5*sum(1 + logvar - mu - exp(logvar))")
    assert answer.fixes[0].corrected.endswith("mu**2 - exp(logvar))")


COUNTED = "d*log(sigma2/sigma1) + (d*sigma1**2 + mu_norm2)/(2*sigma2**2) - d/2"


@pytest.mark.parametrize("square", ["mu_norm2", "norm_sq_mu", "sum(mu**2)"])
@pytest.mark.parametrize("slip", [("2*sigma2**2", "2*sigma2"), ("sigma2/sigma1", "sigma1/sigma2"), ("- d/2", "+ d/2")])
def test_a_formula_of_isotropic_gaussians_is_read_entry_by_entry(square, slip):
    """The number of entries is the sum of ones, a squared norm the sum of squares: d entries of one shared scale."""
    text = COUNTED.replace("mu_norm2", square)
    right = identify(text)
    assert right.headline == "exactly KL(N(mu, sigma1²) ‖ N(0, sigma2²))"
    assert any(note.startswith("d must be the number of summed entries") for note in right.notes)
    assert any("the sum of the squares of mu" in note for note in right.notes) == ("norm" in square)
    answer = identify(text.replace(*slip))
    assert right.stable is answer.stable is None  # nothing says which axis the entries lie along
    if slip[1] == "+ d/2":
        assert (answer.verdict, answer.offset) == ("affine_kl", "entries")
    else:
        assert answer.verdict == "not_kl"
        assert identify(answer.fixes[0].corrected).headline == right.headline
        assert any(note.startswith("d must be the number of summed entries") for note in answer.notes)


def test_two_wrong_terms_are_named_together_and_three_not_at_all():
    first, *_ = identify("0.5*(mu + exp(logvar) + logvar - 1)").fixes
    said = "flip the sign of the log term, and square mu: mu**2 instead of mu"
    assert (first.edit, first.kind, first.cost) == (said, "several", 2.5)
    assert identify("0.5*(mu**2 + exp(logvar) - logvar - 1 + mu + logvar**2)").fixes == ()


def test_a_quantity_in_no_logarithm_and_no_exponential_is_no_scale():
    assert identify("0.5*(mu**2 + var1 - 1 - log(var2))").verdict == "unrecognised"


_EXPONENTIATED = "def kl(mu, sigma):\n    sigma = torch.exp(sigma)\n    return "


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (
            _EXPONENTIATED + "(sigma ** 2 + mu ** 2 - torch.log(sigma) - 1 / 2).sum()",
            "torch.sum(-0.5*(1 + 2*torch.log(sigma) - mu**2 - sigma**2))",
        ),
        (
            "def kl(mu, s):\n    s = 2*s\n    return -0.5*torch.sum(1 + s - mu**2 - torch.exp(2*s))",
            "return -0.5*torch.sum(1 + s - mu**2 - torch.exp(s))",
        ),
    ],
)
def test_a_name_that_is_assigned_anew_means_its_new_value_in_a_repair(text, changed):
    answer = identify(text)
    assert answer.verdict == "not_kl"
    assert answer.fixes[0].changed == changed
    assert not any(name in answer.fixes[0].edit for name in ("4*s", "exp(sigma)"))


def test_a_name_that_is_assigned_anew_is_judged_by_its_new_value_and_not_used_for_the_old_one():
    answer = identify(_EXPONENTIATED + "-0.5*torch.sum(1 + 2*torch.log(sigma) - mu**2 - sigma**2)")
    assert answer.good and answer.scale == "logstd"
    assert answer.stable is None
    assert "sigma: the value before the formula assigns it anew" in answer.notes


def test_a_parameter_is_not_taken_for_the_quantity_of_its_name():
    answer = identify("f = lambda s: torch.exp(s)\n0.5*torch.sum(mu**2 + f(2*s) - 1 - s)")
    assert answer.verdict == "not_kl"


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        ("0.5*(mu**2*mask + torch.exp(lv)*mask - mask - lv*mask)", "lv*mask", "lv"),
        ("-0.5*torch.sum((1 + lv - mu**2)*mask - torch.exp(lv)*mask)", "torch.exp(lv)*mask", "torch.exp(lv)"),
    ],
)
def test_a_mask_that_one_term_lacks_is_put_there(right, old, new):
    assert identify(right).factor == "mask"
    assert identify(right.replace(old, new)).fixes[0].corrected.replace(" ", "") == right.replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "0.5*(sigma**2 + mu**2 - 1)",
        "0.5*torch.sum(var + mu**2 - 1)",
        "(std1**2 + (mu1 - mu2)**2)/(2*std2**2) - 0.5",
        "0.5*((mu1 - mu2)**2/sigma2**2 + sigma1**2/sigma2**2 - 1)",
    ],
)
def test_forgotten_logarithms_are_added_where_the_constant_tells(text):
    answer = identify(text)
    assert answer.fixes[0].edit.startswith("add the missing log term")
    assert identify(answer.fixes[0].corrected).verdict == "kl"
    assert identify(re.sub(r" - (1|0\.5)(?=\)?$)", "", text)).verdict == "unrecognised"


def test_no_scale_is_sought_whose_variance_is_a_sum_and_no_factor_that_is_none():
    assert identify("torch.log(torch.abs(a - b)) + (a - b)**2 + m**2").verdict == "unrecognised"
    wrong = "kl = -0.5*torch.sum(1 + lv.exp() - mu**2 + lv)\nrec + (1 - alpha)*kl"
    assert identify(wrong).fixes[0].edit == "flip the sign of the term exp(lv)"


def test_a_power_is_dropped_rather_than_what_is_exponentiated_halved():
    answer = identify("-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp().pow(2))")
    assert answer.fixes[0].corrected == "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())"


@pytest.mark.parametrize(
    "text",
    [
        "0.5*(log(2*pi) + lp + (exp(lq) + (m1 - m2)**2)/exp(lp))",
        "0.5*log(2*pi*var_p) + (var_q + (mu_q - mu_p)**2)/(2*var_p)",
        "0.5*(math.log(2*math.pi) + 2*logstd_p + (torch.exp(2*logstd_q) + (mu_q - mu_p)**2)/torch.exp(2*logstd_p))",
        "0.5*(log(2*pi) + logvar_p + torch.exp(logvar_q - logvar_p) + (mu_q - mu_p)**2*torch.exp(-logvar_p)).sum(-1)",
    ],
)
def test_a_cross_entropy_is_no_divergence_without_a_logarithm(text):
    assert identify(text).verdict == "unrecognised"


def test_the_logarithm_that_is_missing_beside_no_density_is_added():
    answer = identify("0.5*(lp + (exp(lq) + (m1 - m2)**2)/exp(lp) - 1)")
    assert answer.verdict == "not_kl" and answer.fixes[0].edit == "add the missing term lq"


_MEANS, _SPREADS = (f.variable("m1"), f.variable("m2")), (f.variable("s1"), f.variable("s2"))


def _readings() -> Iterator[Reading]:
    """A Gaussian against the unit one, either way, and one against another, with and without means, on every scale."""
    for scale in PARAMETERISATIONS:
        for mean in (None, _MEANS[0]):
            gaussian = Gaussian(mean, _SPREADS[0], scale)
            yield from (Reading(gaussian, Gaussian()), Reading(Gaussian(), gaussian))
        for means in ((None, None), (_MEANS[0], None), _MEANS):
            first, second = (Gaussian(m, s, scale) for m, s in zip(means, _SPREADS, strict=True))
            yield Reading(first, second)


@pytest.mark.parametrize("fw", [NUMPY, TORCH])
def test_a_formula_written_anew_is_read_as_the_divergence_that_it_stands_for(fw):
    weight = f.single(f.variable("w"))
    for reading in _readings():
        for factor in (f.constant(1), f.constant(-3), weight, f.add(weight, f.constant(2))):
            text = textbook_spelling(reading, factor, fw)
            (tree,) = read(text).trees
            assert Expander().form(tree) == f.multiply(factor, reading.form), text


@pytest.mark.parametrize(
    ("first", "second", "factor", "text"),
    [
        (Gaussian(_MEANS[0], _SPREADS[0], "std"), Gaussian(), 1, "-0.5*(1 + 2*np.log(s1) - m1**2 - s1**2)"),
        (Gaussian(None, _SPREADS[0], "precision"), Gaussian(), -1, "0.5*(1 - np.log(s1) - 1/s1)"),
        (Gaussian(None, _SPREADS[0], "var"), Gaussian(), -4, "2*(1 + np.log(s1) - s1)"),
        (Gaussian(None, _SPREADS[0], "logvar"), Gaussian(), 3, "(-3/2)*(1 + s1 - np.exp(s1))"),
        (Gaussian(), Gaussian(_MEANS[0], _SPREADS[0], "var"), 2, "(np.log(s1) + (1 + m1**2)/s1 - 1)"),
        (
            Gaussian(_MEANS[0], _SPREADS[0], "logprecision"),
            Gaussian(_MEANS[1], _SPREADS[1], "logprecision"),
            1,
            "0.5*(-s2 + s1 + (np.exp(-s1) + (m1 - m2)**2)*np.exp(s2) - 1)",
        ),
    ],
)
def test_a_formula_written_anew_looks_as_people_write_it(first, second, factor, text):
    assert textbook_spelling(Reading(first, second), f.constant(factor), NUMPY) == text
