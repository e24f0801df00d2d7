"""Right formulas in random spellings are recognised, wrong ones are not and are repaired; names, samplers, guards,
reductions, blocks.
"""

from __future__ import annotations

import importlib
import random

import derive.generated
import numpy as np
import pytest
from spellings import right, wrong

import derive
from derive.identify import identify
from derive.identify.explain import lines
from derive.identify.read.limits import NotUnderstood

PLAIN = "-0.5 * torch.sum(1 + {s} - mu.pow(2) - {s}.exp())"


@pytest.mark.parametrize("seed", range(80))
def test_a_right_formula_in_any_spelling(seed):
    spelled = right(random.Random(seed))
    answer = identify(spelled.text)
    assert answer.verdict == ("kl" if spelled.factor == 1 else "affine_kl"), spelled.text
    assert (answer.scale, answer.pair, answer.direction) == (spelled.scale, spelled.pair, spelled.direction), (
        spelled.text
    )
    assert tuple(answer.roles.values()) == spelled.roles
    assert answer.factor == {1.0: "1", -1.0: "-1", 2.0: "2", 0.5: "1/2"}[spelled.factor]
    assert answer.offset == "0"
    assert answer.stable


@pytest.mark.parametrize("seed", range(60))
def test_a_wrong_formula_in_any_spelling_is_repaired(seed):
    spelled = wrong(random.Random(seed))
    answer = identify(spelled.text)
    assert answer.verdict == "not_kl", spelled.text
    assert identify(answer.fixes[0].corrected).verdict in ("kl", "affine_kl")


@pytest.mark.parametrize(
    ("name", "agrees"),
    [
        ("logvar", True),
        ("log_var", True),
        ("z_log_sigma_sq", True),
        ("lv", True),
        ("s", None),
        ("h", None),
        ("rho", None),
        ("log_sigma", False),
        ("logstd", False),
        ("sigma", False),
        ("var", False),
        ("log_precision", False),
        ("z_log_std", False),
        ("q_logvar_init", True),
        ("logvarq", True),
        ("init_std_q", False),
        ("logstdout", False),
        ("priorstd", False),
    ],
)
def test_names_against_the_mathematics(name, agrees):
    answer = identify(PLAIN.format(s=name))
    assert (answer.verdict, answer.scale, answer.name_agrees) == ("kl", "logvar", agrees)
    assert answer.good is (agrees is not False)


def test_a_second_sigma_is_no_square():
    both = "torch.log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2) - 0.5"
    assert identify(both).name_agrees is True
    assert identify("0.5*(sigma2 + mu**2 - 1 - torch.log(sigma2))").name_agrees is True


def test_an_attribute_that_holds_another_scale():
    answer = identify("std = self.q_logvar_init\n0.5*(std**2 + self.q_mu**2 - 1) - torch.log(std)")
    assert (answer.verdict, answer.name_agrees, answer.roles["scale"]) == ("kl", False, "self.q_logvar_init")


def test_gaussians_are_told_apart_by_the_mark_and_not_by_what_else_is_in_a_name():
    answer = identify("kl_divergence(Normal(q_mu, q_logvar_init), Normal(p_mu, p_logvar_init))")
    assert tuple(answer.roles.values()) == ("q_mu", "q_logvar_init", "p_mu", "p_logvar_init")
    assert len(answer.name_notes) == 2


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("-0.5*(1 + dlv - dmu**2/var - exp(dlv))", ("dmu", "dlv", "0", "var")),
        ("0.5*(r_ratio + ((mu_q - mu_p)/std_p)**2 - 1 - r_ratio.log())", ("mu_q", "r_ratio", "mu_p", "std_p")),
        (
            "0.5*(delta_mu**2*torch.exp(-logvar_p) + delta_logvar.exp() - 1 - delta_logvar)",
            ("delta_mu", "delta_logvar", "0", "logvar_p"),
        ),
    ],
)
def test_a_gaussian_given_by_its_change_from_the_other(text, roles):
    answer = identify(text)
    assert (answer.verdict, answer.pair, tuple(answer.roles.values())) == ("kl", "normal", roles)
    assert answer.stable
    repaired = identify(identify(text.replace("**2", "", 1)).fixes[0].corrected)
    assert (repaired.verdict, tuple(repaired.roles.values())) == ("kl", roles)


@pytest.mark.parametrize(
    "text",
    [
        "-0.5*(1 + logvar - mu**2/N - exp(logvar))",
        "0.5*(torch.exp(logvar_q) - logvar_q - 1 + (mu_q - mu_p)**2/torch.exp(logvar_p))",
        "0.5*(v1 - log(v1) - 1 + (m1 - m2)**2/v2)",
    ],
)
def test_a_scale_that_no_name_calls_a_change_is_the_scale_of_its_gaussian(text):
    assert identify(text).verdict not in ("kl", "affine_kl")


def test_an_intermediate_name_that_misleads():
    answer = identify("std = torch.exp(logvar)\n-0.5 * (1 + logvar - mu**2 - std)")
    assert (answer.verdict, answer.name_agrees) == ("kl", False)
    assert "std" in answer.name_notes[0]
    assert identify("std = torch.exp(0.5*logvar)\n-0.5 * (1 + logvar - mu**2 - std**2)").name_agrees is True


@pytest.mark.parametrize(
    ("formula", "sampler", "scale", "consistent"),
    [
        (PLAIN.format(s="logvar"), "mu + torch.exp(0.5*logvar)*eps", "logvar", True),
        (PLAIN.format(s="logvar"), "torch.randn_like(mu) * torch.exp(logvar / 2) + mu", "logvar", True),
        (PLAIN.format(s="logvar"), "mu + torch.sqrt(torch.exp(logvar)) * eps", "logvar", True),
        (PLAIN.format(s="logvar"), "mu + torch.exp(logvar)*eps", "logstd", False),
        (PLAIN.format(s="logvar"), "mu + logvar*eps", "std", False),
        (PLAIN.format(s="logvar"), "std = torch.exp(logvar); mu + std * eps", "logstd", False),
        ("0.5*(sigma**2 + mu**2 - 1) - np.log(sigma)", "mu + sigma * np.random.randn(3)", "std", True),
        ("0.5*(sigma**2 + mu**2 - 1) - np.log(sigma)", "mu + np.sqrt(sigma) * np.random.randn(3)", "var", False),
        ("0.5*(v + mu**2 - 1 - np.log(v))", "mu + v**0.5 * eps", "var", True),
        (
            "-torch.log(F.softplus(rho)) + 0.5*(F.softplus(rho)**2 + mu**2 - 1)",
            "mu + F.softplus(rho) * eps",
            "softplus",
            True,
        ),
        (PLAIN.format(s="logvar"), "mu + torch.exp(0.5*logvar) * eps * temperature", "logvar", True),
    ],
)
def test_sampler(formula, sampler, scale, consistent):
    answer = identify(formula, sampler=sampler)
    assert answer.sampler is not None
    assert answer.sampler.as_json() == {"scale": scale, "consistent": consistent}
    assert answer.good is consistent


@pytest.mark.parametrize(
    ("sampler", "consistent", "words"),
    [
        ("mu + std * eps", None, "give its line, too: --sampler 'std = torch.exp(0.5*logvar); mu + std*eps'"),
        ("z_mean + K.exp(z_log_sigma) * epsilon", None, "not known what z_log_sigma is of the divergence"),
        ("m + torch.exp(0.5*lv) * eps", True, ", if lv is logvar and m is mu"),
        ("m + torch.exp(0.5*logvar) * eps", True, ", if m is mu"),
        ("std = torch.exp(0.5*logvar); mu + std * eps", True, ""),
    ],
)
def test_a_sampler_in_other_names_disagrees_with_nothing(sampler, consistent, words):
    answer = identify(PLAIN.format(s="logvar"), sampler=sampler)
    assert answer.sampler is not None and answer.sampler.consistent is consistent
    assert words in answer.sampler.words and bool(answer.sampler.words) is bool(words)
    assert answer.good is (consistent is True)
    assert "DISAGREES" not in "\n".join(lines(answer))


@pytest.mark.parametrize(
    "rest", ["+ mu_p**2", "+ prior_mean", "+ 2*log_std_p", "- torch.exp(logvar_p)", "+ recon**2", "+ torch.log(recon)"]
)
def test_what_is_left_beside_the_divergence_must_be_an_offset(rest):
    """Another mean, scale, square or logarithm is a part of a formula, not a constant beside it."""
    formula = f"0.5 * (mu_q**2 + logvar_q.exp() - 1 - logvar_q) {rest}"
    assert identify(formula).verdict not in ("kl", "affine_kl")
    assert identify(formula.replace(rest, "+ recon")).offset == "recon"


def test_the_early_keras_example_disagrees_with_its_own_sampler():
    block = """
epsilon = K.random_normal(shape=(batch_size, latent_dim), mean=0., stddev=1.0)
z = z_mean + K.exp(z_log_sigma) * epsilon
kl_loss = - 0.5 * K.mean(1 + z_log_sigma - K.square(z_mean) - K.exp(z_log_sigma), axis=-1)
"""
    answer = identify(block)
    assert (answer.verdict, answer.scale, answer.name_agrees) == ("kl", "logvar", False)
    assert answer.sampler is not None and not answer.sampler.consistent and answer.sampler.scale == "logstd"


def test_a_sampler_that_is_none_is_refused():
    with pytest.raises(NotUnderstood, match="mean \\+ deviation"):
        identify(PLAIN.format(s="logvar"), sampler="mu + logvar")
    with pytest.raises(NotUnderstood, match="the sampler: reparam is not in the table") as refused:
        identify(PLAIN.format(s="logvar"), sampler="reparam(mu, logvar)")
    assert "give the line that draws" in refused.value.hint


def test_guards_are_named_and_do_not_change_the_verdict():
    answer = identify("0.5 * (var + mu**2 - 1 - torch.log(var + 1e-8))")
    assert (answer.verdict, answer.modifiers) == ("kl", ("epsilon",))
    assert any("-5e-09" in note for note in answer.notes)  # half the epsilon: log(1 + eps)/2
    answer = identify("lv = torch.clamp(logvar, -30, 20)\n-0.5 * (1 + lv - mu**2 - lv.exp())")
    assert (answer.verdict, answer.modifiers, answer.roles["scale"]) == ("kl", ("clamp",), "logvar")
    assert any("[-30, 20]" in note for note in answer.notes)
    assert identify("torch.clamp(-0.5 * (1 + logvar - mu**2 - logvar.exp()), min=0.5)").modifiers == ("clamp",)
    assert identify("0.5 * (var + mu**2 - 1 - torch.log(var + 0.5))").verdict != "kl"


def test_reductions_are_told_apart_from_factors():
    answer = identify("torch.mean(-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1))")
    assert (answer.factor, answer.reductions) == ("1", ("sum over dim 1", "mean over all entries"))
    assert identify("-0.5 / N * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())").factor == "1/N"
    assert identify("-0.5 * (torch.sum(1 + logvar) - torch.mean(mu**2) - torch.sum(logvar.exp()))").verdict != "kl"
    shifted = identify("0.5 * (torch.sum(mu**2) + torch.sum(logvar.exp()) - torch.sum(logvar) - 1)")
    assert shifted.offset == "-1/2 + entries/2"
    assert identify("-0.5 * torch.sum(1 + logvar - torch.sum(mu)**2 - logvar.exp())").verdict != "kl"


def test_a_function_is_read_for_its_divergence():
    source = """
def loss_function(recon_x, x, mu, logvar):
    BCE = F.binary_cross_entropy(recon_x, x.view(-1, 784), reduction='sum')
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return BCE + KLD
"""
    assert (identify(source).verdict, identify(source).offset) == ("kl", "0")


def test_a_written_out_sample_is_an_estimator():
    block = "eps = torch.randn_like(std)\nz = mu + std*eps\n-0.5*((z - mu)/std)**2 - torch.log(std) + 0.5*z**2"
    answer = identify(block)
    assert (answer.verdict, answer.scale) == ("estimator", "std")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("torch.foo(mu)", "line 1, column 1"),
        ("1 + torch.where(mu > 0, mu, 0)", "line 1, column 5"),
        (r"\mu^2 + \frobnicate{x}", "line 1, column 9"),
        ("mu +", "line 1"),
        ("x if y else z", "column 1"),
        ("lambda: 0", "column 1"),
        ("__import__('os').system('true')", "column 1"),
        ("", "no formula"),
        ("9**9**9", "too large"),
        ("mu" + "**2" * 300, "line 1"),
        ("(" * 500 + "x" + ")" * 500, "nested"),
        ("x + " * 200_000 + "x", "characters"),
    ],
)
def test_what_is_not_understood_is_named_with_its_position(text, where):
    with pytest.raises(NotUnderstood, match=where) as caught:
        identify(text)
    assert caught.value.exit_code == 2


def test_the_package_is_called_by_its_own_name():
    assert derive.identify(PLAIN.format(s="logvar")).as_json()["verdict"] == "kl"
    importlib.import_module("derive.identify.read.limits")  # importing the subpackage must not take the call away

    assert derive.identify(PLAIN.format(s="logvar")).scale == "logvar"


def test_the_json_has_exactly_the_documented_keys():
    keys = (
        "verdict pair direction scale factor offset roles name_agrees sampler modifiers reductions minimum"
        " counterexample fix stable"
    ).split()
    for text in (
        PLAIN.format(s="logvar"),
        "x + 1",
        "logp - ref_logp",
        "-0.5*(1 + log_sigma - mu**2 - exp(2*log_sigma))",
    ):
        assert list(identify(text).as_json()) == keys


def test_a_scale_that_is_kept_for_another_one_is_told():
    answer = identify("std = 0.5*logvar\n0.5*(std**2 + mu**2 - 1) - torch.log(std)")
    assert (answer.verdict, answer.name_agrees) == ("kl", False)
    note = "std is named as the standard deviation, it holds the log of the standard deviation"
    assert answer.name_notes == (note,)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("({} * mask).sum() / mask.sum()", "sum over the entries that mask keeps, divided by the sum of mask"),
        ("torch.sum({} * m) / m.sum().clamp(min=1)", "sum over the entries that m keeps, divided by the sum of m"),
        (
            "({} * mask).sum(1) / mask.sum(1)",
            "sum over the entries that mask keeps, over dim 1, divided by the sum of mask",
        ),
        ("({} * mask).sum() / n", "sum over all entries"),
    ],
)
def test_a_masked_mean_is_told_as_one(written, said):
    assert identify(written.format("0.5 * (lv.exp() + mu**2 - 1 - lv)")).reductions == (said,)


@pytest.mark.parametrize("scale", ["std", "var", "logstd", "logvar"])
@pytest.mark.parametrize("pair", ["unit", "normal"])
@pytest.mark.parametrize("factor", ["1", "-3", "1/2"])
def test_the_emitted_function_that_is_named_has_the_value_of_the_formula(scale, pair, factor):
    logs, squares = {
        "std": ("2*np.log({})", "{}**2"),
        "var": ("np.log({})", "{}"),
        "logstd": ("2*{}", "np.exp(2*{})"),
        "logvar": ("{}", "np.exp({})"),
    }[scale]
    names = {"mu1": 0.3, "s1": 1.7, "mu2": -0.4, "s2": 0.6} if pair == "normal" else {"mu1": 0.3, "s1": 1.7}
    log1, square1, log2, square2 = (how.format(s) for s in ("s1", "s2") for how in (logs, squares))
    formula = f"{log2} - ({log1}) + ({square1} + (mu1 - mu2)**2)/({square2}) - 1"
    if pair == "unit":
        formula = f"{square1} + mu1**2 - 1 - {log1}"
    text = f"np.sum(({factor})*0.5*({formula}))"
    answer = identify(text)
    assert answer.function.startswith("np.sum(") and f"derive.generated.kl_{pair}_{scale}(" in answer.function
    known = {"np": np, "derive": derive, **{name: np.array([value, value + 0.1]) for name, value in names.items()}}
    assert eval(answer.function, known) == pytest.approx(eval(text, known), rel=1e-12)
    (line,) = (line for line in lines(answer) if "keeps its digits" in line)
    assert line == f"  keeps its digits: {answer.function}  (-v: without derive)"


@pytest.mark.parametrize(
    ("drawn", "agrees"),
    [
        ("self.mu + self.var * torch.randn_like(self.mu)", False),
        ("self.mu + torch.exp(0.5*self.log_std) * torch.randn_like(self.mu)", False),
        ("self.mu + torch.sqrt(self.var) * torch.randn_like(self.mu)", None),
        ("self.mu + self.std * torch.randn_like(self.mu)", None),
        ("self.mu + self.sigma2 * torch.randn_like(self.mu)", None),
        ("self.mu + self.prior_var * torch.randn_like(self.mu)", None),
        ("self.other_mu + self.var * torch.randn_like(self.mu)", None),
    ],
)
def test_noise_that_is_scaled_by_a_variance_in_another_name_is_told(drawn, agrees):
    answer = identify(f"z = {drawn}\n{PLAIN.replace('mu', 'self.mu').format(s='self.logvar')}")
    assert answer.verdict == "kl" and (answer.sampler.consistent if answer.sampler else None) is agrees


def test_a_sample_alone_is_held_against_the_name_of_its_scale():
    said = "self.var is named as the variance, the sample takes it for the standard deviation"
    assert said in identify("self.mu + self.var * torch.randn_like(self.mu)").notes
    assert not any("named" in note for note in identify("mu + std * torch.randn_like(mu)").notes)
