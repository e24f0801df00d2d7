"""Divergences of library objects and of further families, by the classes and closed forms of their records."""

from __future__ import annotations

import pytest
from derive.proofs import FAMILIES

from derive.identify.answer.identification import identify
from derive.identify.explain import lines
from derive.vocabulary.family import OTHER_CLASSES

UNIT = "MultivariateNormal(torch.zeros(d), torch.eye(d))"


@pytest.mark.parametrize(
    ("text", "headline", "agrees"),
    [
        (
            "kl_divergence(Laplace(m1, b1), Laplace(m2, b2)).sum()",
            "exactly KL(Laplace(m1, b1) ‖ Laplace(m2, b2))",
            None,
        ),
        (
            "torch.log(b2/b1) + (torch.abs(m2-m1) + b1*torch.exp(-torch.abs(m1-m2)/b1))/b2 - 1",
            "exactly KL(Laplace(m1, b1) ‖ Laplace(m2, b2))",
            None,
        ),
        ("2*kl_divergence(Exponential(r1), Exponential(r2))", "2 · KL(Exponential(r1) ‖ Exponential(r2))", None),
        ("torch.log(r1/r2) + r2/r1 - 1", "exactly KL(Exponential(r1) ‖ Exponential(r2))", None),
        ("dist.kl_divergence(dist.Poisson(a), dist.Poisson(b))", "exactly KL(Poisson(a) ‖ Poisson(b))", None),
        ("l1*torch.log(l1/l2) + l2 - l1", "exactly KL(Poisson(l1) ‖ Poisson(l2))", None),
        (
            "tfd.kl_divergence(tfd.Poisson(log_rate=a), tfd.Poisson(log_rate=b))",
            "exactly KL(Poisson(a) ‖ Poisson(b))",
            None,
        ),
        (
            "kl_divergence(Laplace(m1, b1), Normal(m2, b2))",
            "KL(Laplace ‖ Normal): a library's divergence, not checked",
            None,
        ),
        ("kl_divergence(Gamma(a, b), Gamma(c, d))", "KL(Gamma ‖ Gamma): a library's divergence, not checked", None),
        (
            "kl_divergence(MultivariateNormal(m1, S1), MultivariateNormal(m2, S2)).mean()",
            "exactly KL(MultivariateNormal(m1, S1) ‖ MultivariateNormal(m2, S2))",
            None,
        ),
        (
            "recon + beta * kl_divergence(MultivariateNormal(m, scale_tril=L), MultivariateNormal(n, S))",
            "beta · KL(MultivariateNormal(m, L) ‖ MultivariateNormal(n, S)) + (recon)",
            None,
        ),
        (
            f"kl_divergence(MultivariateNormal(mu, torch.diag_embed(var)), {UNIT})",
            "exactly KL(N(mu, var) ‖ N(0, 1))",
            True,
        ),
        (f"kl_divergence(MultivariateNormal(mu, torch.diag(std)), {UNIT})", "exactly KL(N(mu, std) ‖ N(0, 1))", False),
        (
            f"kl_divergence(MultivariateNormal(mu, scale_tril=std.diag_embed()), {UNIT})",
            "exactly KL(N(mu, std²) ‖ N(0, 1))",
            True,
        ),
        (
            f"kl_divergence(MultivariateNormal(mu, precision_matrix=torch.diag(precision)), {UNIT})",
            "exactly KL(N(mu, 1/precision) ‖ N(0, 1))",
            True,
        ),
        (
            "tfd.kl_divergence(tfd.MultivariateNormalDiag(loc=mu, scale_diag=sigma),"
            " tfd.MultivariateNormalDiag(loc=tf.zeros(d), scale_diag=tf.ones(d)))",
            "exactly KL(N(mu, sigma²) ‖ N(0, 1))",
            True,
        ),
        ("kl_divergence(Normal(mu, logvar.exp()), Normal(0, 1))", "exactly KL(N(mu, exp(2·logvar)) ‖ N(0, 1))", False),
        ("0.5*(r2/r1 - 1 - torch.log(r2/r1))", "exactly KL(N(0, r2) ‖ N(0, r1))", None),
    ],
)
def test_what_libraries_compute(text: str, headline: str, agrees: bool | None) -> None:
    answer = identify(text)
    assert answer.headline == headline
    assert answer.name_agrees is agrees


def test_a_class_belongs_to_one_family() -> None:
    names = [name for family in FAMILIES for kind in family.libraries for name in kind.names]
    assert len(set(names)) > 10
    assert not OTHER_CLASSES & set(names)
    for family in FAMILIES:
        scales = {scale.name for scale in family.scales}
        for kind in family.libraries:
            assert set(kind.arguments.values()) - scales <= {"mu", "", "covariance", "precision matrix", "cholesky"}


@pytest.mark.parametrize(
    ("text", "verdict", "agrees"),
    [
        ("kl_divergence(Normal(mu, 0.1*std_q), Normal(0, 0.5*prior_std))", "kl", None),
        ("kl_divergence(Normal(self.loc, F.softplus(raw)*scale + s0), Normal(m, torch.exp(lv) + s1))", "kl", None),
        ("kl_divergence(Normal(m1, s1), Normal(0, 1)) + kl_divergence(Normal(m2, 2*s2), Normal(0, 1))", "kl", None),
        ("0.1*kl_divergence(Normal(mu, a + b), Normal(0, 1)).sum(-1) + rec", "affine_kl", None),
        ("kl_divergence(Normal(mu, 0.5*logvar), Normal(0, 1))", "kl", False),
        ("kl_divergence(Normal(mu_q, torch.exp(0.5*logvar_q)), Normal(mu_p, 0.5*logvar_p))", "kl", False),
    ],
)
def test_what_a_library_computes_is_a_divergence_whatever_its_deviations(text, verdict, agrees):
    answer = identify(text)
    assert answer.verdict == verdict
    assert answer.name_agrees in (agrees, agrees is None)


@pytest.mark.parametrize(
    ("gaussians", "doubts"),
    [
        ("Normal(mu_q, std_p), Normal(mu_p, std_p)", ("std_p beside mu_q",)),
        ("Normal(mu_q, std_p), Normal(mu_p, std_q)", ("std_p beside mu_q", "std_q beside mu_p")),
        ("Normal(q.mean, torch.exp(p.logstd)), Normal(p.mean, torch.exp(p.logstd))", ("p.logstd beside q.mean",)),
        ("Normal(mu_q, std_q), Normal(mu_p, std_p)", ()),
        ("Normal(mu_q, std), Normal(mu_p, std)", ()),
        ("Normal(mu_q, std_q), Normal(0, std_p)", ()),
    ],
)
def test_a_scale_beside_the_mean_of_the_other_gaussian_is_doubted(gaussians, doubts):
    answer = identify(f"kl_divergence({gaussians})")
    assert answer.verdict == "kl"
    assert [doubt.partition(":")[0] for doubt in answer.doubts] == list(doubts)
    assert [line[2:] for line in lines(answer) if line.startswith("? ")] == list(answer.doubts)
