"""Estimators with one slip: what was meant is told by the names, and the repair is read again as that estimator."""

from __future__ import annotations

import pytest

from derive.audit.codes import chosen
from derive.audit.files import Found
from derive.audit.findings import audit_file
from derive.identify import identify
from derive.identify.explain import lines

SPEECH = (
    "kl = logs_p - logs_q - 0.5\nkl += 0.5 * ((z_p - m_p) ** 2) * torch.exp(-2.0 * logs_p)\nkl = torch.sum(kl * mask)"
)
CLOSED = "0.5 * (logvar_p - logvar_q - 1 + (z - mu_p)**2 / logvar_p.exp())"
SAMPLED = "logqz = -0.5 * (logvar + (z - mu)**2 / exp(logvar))\nlogpz = -0.5 * z**2\nlogqz - logpz"
K3 = "d = ref_logp - logp\nbeta * (torch.exp(d) - d - 1).mean()"
RATIO = "((ratio - 1) - logratio).mean()"


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        (SPEECH, "-2.0 * logs_p", "-logs_p"),
        (SPEECH, "-2.0 * logs_p", "2.0 * logs_p"),
        (SPEECH, "-2.0 * logs_p", "-2.0 * logs_q"),
        (SPEECH, "logs_p - logs_q", "logs_q - logs_p"),
        (SPEECH, "logs_p - logs_q", "logs_p + logs_q"),
        (SPEECH, "(z_p - m_p) ** 2", "z_p - m_p"),
        (SPEECH, "0.5 * (", "("),
        (CLOSED, "logvar_p.exp()", "logvar_p"),
        (CLOSED, "(z - mu_p)**2", "(z - mu_p)"),
        (SAMPLED, "exp(logvar)", "logvar"),
        (K3, "- d - 1", "+ d - 1"),
        (K3, "- d - 1", "- d.abs() - 1"),
        (RATIO, "- logratio", "+ logratio"),
        ("d = ref_logp - logp\n(d.expm1() - d).mean()", "ref_logp - logp", "ref_logp + logp"),
    ],
)
def test_one_slip_in_an_estimator_is_told_and_undone(right, old, new):
    answer = identify(right.replace(old, new))
    assert (answer.verdict, answer.headline) == ("not_kl", "not an estimator of a KL divergence")
    assert identify(answer.fixes[0].corrected).headline == identify(right).headline
    assert len({fix.corrected for fix in answer.fixes}) == len(answer.fixes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SPEECH.replace("(z_p - m_p) ** 2", "(z_p - m_p)"), "DK003"),
        (K3.replace("- d - 1", "+ d - 1"), "DK004"),
        ("-0.5 * (1 + lv - mu.pow(2) - lv.pow(2)).sum(1)", "DK003"),
        ("-0.5 * K.sum(1 + logvar - K.square(mu) * K.exp(logvar))", "DK005"),
    ],
)
def test_an_audit_tells_slips_without_a_square_or_a_third_term_too(text, code, tmp_path):
    file = tmp_path / "model.py"
    file.write_text(text + "\n")
    findings, skipped, _, _ = audit_file(Found(file), chosen())
    assert (skipped, [f.code for f in findings]) == ([], [code])


def test_the_repair_is_sure_where_the_mean_has_the_mark_of_the_second_scale():
    assert identify(SPEECH.replace("-2.0", "2.0")).name_agrees is True
    assert identify(SPEECH.replace("-2.0", "2.0").replace("m_p", "m_q")).name_agrees is None
    swapped = K3.replace("exp(d)", "exp(-d)")
    assert identify(swapped).name_agrees is True  # samples are of the policy
    answer = identify(swapped.replace("ref_logp", "other_logp"))
    assert answer.name_agrees is None  # which of two signs is wrong, nothing tells
    assert not any(note.startswith("with this change") for note in answer.notes)
    assert "  two repairs are possible:" in lines(answer)


def test_a_constant_beside_an_estimator_is_told():
    assert identify(SPEECH.replace(" - 0.5", "")).offset == "mask/2"
    assert identify("torch.exp(d) - d").offset == "1"
    assert "the value is shifted by 1" in identify("torch.exp(d) - d").notes


@pytest.mark.parametrize(
    ("text", "of", "offset"),
    [
        ("r - torch.log1p(r)", "r", None),
        ("r = ratio - 1\nr - torch.log(r + 1)", "ratio", None),
        ("r - 1 - torch.log(r + 1)", "r", "-1"),
        ("(lr.expm1() - lr).mean()", "lr", None),
        ("log_ratio = (logp - ref_logp) * mask\n(-log_ratio).exp() - 1 + log_ratio", "log_ratio", None),
    ],
)
def test_k3_in_a_ratio_less_one_and_in_a_log_ratio_of_many_parts(text, of, offset):
    answer = identify(text)
    assert (answer.headline, answer.offset) == (f"the k3 estimator in {of}", offset)
    assert (answer.stable or "").splitlines()[-1:] == [] or "expm1mx(" in (answer.stable or "")


@pytest.mark.parametrize(
    "text",
    [
        "0.5 * torch.sum(log_var + (y - y_hat) ** 2 / log_var.exp())",
        "-log_std - 0.5 * ((x - mean) / log_std.exp()) ** 2",
        "-0.5 * ((x - mu)**2 * torch.exp(-log_var) + log_var + math.log(2 * math.pi))",
        "logp - torch.log(1 - torch.tanh(z).pow(2) + 1e-6).sum(-1)",
        "0.5 * (z ** 2 + math.log(2 * math.pi)).sum(-1) - log_det",
        "torch.log(rate1 / rate2) + rate1 / rate2 - 1",
        "torch.log(s) - torch.log(r) + r**2 / s**2",
        "t = torch.linalg.solve_triangular(Lp, Lq)**2\n0.5 * t",
        "log_alpha.exp() * log_prob - q_min",
        "torch.expm1(t * logu) - t * torch.expm1(logu)",
        "(alpha.sum() - alpha) * (mu**2 + lv.exp() - 1 - lv)",
        "0.5 * torch.exp(-log_var_x) * (x - x_hat)**2 + 0.5 * log_var_x + 0.5 * log_var_y",
    ],
)
def test_a_likelihood_or_a_loss_is_no_wrong_estimator_and_no_wrong_divergence(text):
    assert identify(text).verdict == "unrecognised"


SWAPPED = "torch.exp({0} - {1}) - ({0} - {1}) - 1"


@pytest.mark.parametrize(
    ("one", "two", "reversed_"),
    [
        ("logp", "ref_logp", True),
        ("self.pi.log_prob(a)", "self.ref.log_prob(a)", True),
        ("log_probs", "log_probs_ref", True),
        ("ref_logp", "logp", False),
        ("new_logp", "old_logp", False),  # samples are of the old policy
        ("logp", "prefix_logp", False),
    ],
)
def test_k3_says_whose_samples_it_takes(one, two, reversed_, tmp_path):
    text = SWAPPED.format(one, two)
    answer = identify(text)
    drawn, other = (name.partition(".log_prob")[0] for name in (two, one))
    assert f"unbiased for samples of {drawn}, and then for KL({drawn} ‖ {other})" in answer.notes[1]
    assert answer.notes[1].endswith(f"for samples of {other} write {SWAPPED.format(two, one)}")
    assert (answer.name_agrees, lines(answer)[0][0]) == ((False, "!") if reversed_ else (None, "~"))
    file = tmp_path / "model.py"
    file.write_text(f"kl = {text}\n")
    assert [f.code for f in audit_file(Found(file), chosen())[0]] == ["DK014"] * reversed_


def test_log_probabilities_of_a_gaussian_object_are_known_by_their_method():
    answer = identify("Normal(f(mu), std).log_prob(z) - Normal(0.0, 1.0).log_prob(z)")
    assert answer.verdict == "estimator"
    assert "unbiased for samples of Normal(f(mu), std), and then for" in answer.notes[1]
