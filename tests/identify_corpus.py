"""Formulas as public code and papers write them, each with what it is. The tests establish every verdict by numerical
integration.

Spellings were collected from VAE, VGAE, diffusion, Bayesian-network and RL code: right ones, differently
parameterised, misnamed, scaled, shifted and wrong ones. ``same`` is a Python translation of what Python cannot
evaluate (LaTeX, plain mathematics).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """A formula and what it is; ``roles`` in the order mu, scale or mu1, scale1, mu2, scale2."""

    text: str
    verdict: str
    scale: str | None = None
    roles: tuple[str, ...] = ()
    direction: str = "forward"
    factor: str = "1"
    offset: str = "0"
    names: bool | None = True
    same: str = ""
    sampler: tuple[str, bool] | None = None
    given: dict[str, float] = field(default_factory=dict)  # values of other symbols, where they are not free

    @property
    def pair(self) -> str:
        return "normal" if len(self.roles) == 4 else "unit"

    def __str__(self) -> str:
        return " ".join(self.text.split())[:70]


U = ("mu", "logvar")
KL_UNIT = (
    # PyTorch examples and their descendants
    Case("-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())", "kl", "logvar", U),
    Case(
        "torch.mean(-0.5 * torch.sum(1 + log_var - mu ** 2 - log_var.exp(), dim = 1), dim = 0)",
        "kl",
        "logvar",
        ("mu", "log_var"),
    ),
    Case("torch.mean(mu.pow(2).add_(logvar.exp()).mul_(-1).add_(1).add_(logvar)).mul_(-0.5)", "kl", "logvar", U),
    Case(
        "kld = mu.pow(2).add(logvar.exp()).mul(-1).add(1).add(logvar)\nKLD = torch.sum(kld).mul(-0.5)",
        "kl",
        "logvar",
        U,
    ),
    Case("0.5 * torch.sum(torch.exp(logvar) + mu**2 - 1. - logvar, 1)", "kl", "logvar", U),
    Case(
        "0.5 * (mu.pow(2) + logvar.exp() - 1 - logvar).sum() / x.size(0)",
        "affine_kl",
        "logvar",
        U,
        factor="1/x.size(0)",
    ),
    Case(
        "-0.5 * torch.sum(1 + 2 * log_sigma - mu.pow(2) - (2 * log_sigma).exp())", "kl", "logstd", ("mu", "log_sigma")
    ),
    Case(
        "-0.5 * (1 + 2 * self.logsig - self.mean.pow(2) - torch.exp(self.logsig) ** 2).sum(-1)",
        "kl",
        "logstd",
        ("self.mean", "self.logsig"),
    ),
    Case("(-torch.log(std) + 0.5 * (std.pow(2) + mean.pow(2)) - 0.5).sum()", "kl", "std", ("mean", "std")),
    Case("0.5 * (mean_sq + std_sq - std_sq.log() - 1).sum(dim=-1)", "not_checked"),
    Case(
        "mean_sq = mu * mu\nstd_sq = std * std\n0.5 * (mean_sq + std_sq - std_sq.log() - 1).sum(dim=-1)",
        "kl",
        "std",
        ("mu", "std"),
    ),
    Case("0.5 * (var + mu * mu - 1 - torch.log(var)).mean()", "kl", "var", ("mu", "var")),
    Case("std = torch.exp(logvar / 2)\nkl = (-torch.log(std) + (std ** 2 + mu ** 2) / 2 - 0.5)", "kl", "logvar", U),
    Case(
        "sigma = F.softplus(rho)\nkl = (-torch.log(sigma) + 0.5 * (sigma ** 2 + mu ** 2) - 0.5).sum()",
        "kl",
        "softplus",
        ("mu", "rho"),
        names=True,
    ),
    Case(
        "sigma = torch.log1p(torch.exp(rho))\nkl = 0.5 * (sigma**2 + mu**2 - 1 - 2*torch.log(sigma))",
        "kl",
        "softplus",
        ("mu", "rho"),
        names=True,
    ),
    Case(
        "-0.5 * torch.sum(1 + logvar - mu.pow(2) - var)",
        "kl",
        "logvar",
        U,
        given={},
        same="-0.5*(1 + logvar - mu**2 - exp(logvar))",
    ),
    Case("0.5 * (mu**2 + 1/precision + torch.log(precision) - 1)", "kl", "precision", ("mu", "precision")),
    Case("0.5 * (torch.expm1(logvar) - logvar + mu.square())", "kl", "logvar", U),
    Case("torch.add((-torch.add(mu.pow(2), logvar.exp())) + 1, logvar) * (-0.5)", "kl", "logvar", U),
    Case("-0.5 * torch.sum(1 + torch.log(sigma ** 2) - mu ** 2 - sigma ** 2)", "kl", "std", ("mu", "sigma")),
    Case("beta * -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())", "affine_kl", "logvar", U, factor="beta"),
    Case(
        "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()) * kld_weight / batch_size",
        "affine_kl",
        "logvar",
        U,
        factor="kld_weight/batch_size",
    ),
    Case("-torch.sum(1 + logvar - mu.pow(2) - logvar.exp())", "affine_kl", "logvar", U, factor="2"),
    Case("0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())", "affine_kl", "logvar", U, factor="-1"),
    Case("0.5 * torch.sum(mu.pow(2) + logvar.exp() - logvar)", "affine_kl", "logvar", U, offset="entries/2"),
    Case("0.5 * (mu**2 + sigma**2) - torch.log(sigma)", "affine_kl", "std", ("mu", "sigma"), offset="1/2"),
    # Keras and TensorFlow, early and late
    Case(
        "- 0.5 * K.mean(1 + z_log_sigma - K.square(z_mean) - K.exp(z_log_sigma), axis=-1)",
        "kl",
        "logvar",
        ("z_mean", "z_log_sigma"),
        names=False,
    ),
    Case(
        "- 0.5 * K.mean(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)",
        "kl",
        "logvar",
        ("z_mean", "z_log_var"),
    ),
    Case(
        "kl_loss = 1 + z_log_var - K.square(z_mean) - K.exp(z_log_var)\nkl_loss = K.sum(kl_loss,"
        " axis=-1)\nkl_loss *= -0.5",
        "kl",
        "logvar",
        ("z_mean", "z_log_var"),
    ),
    Case(
        "kl_loss = -0.5 * (1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))\nkl_loss ="
        " ops.mean(ops.sum(kl_loss, axis=1))",
        "kl",
        "logvar",
        ("z_mean", "z_log_var"),
    ),
    Case(
        "-0.5 * tf.reduce_mean(z_log_var - tf.square(z_mean) - tf.exp(z_log_var) + 1)",
        "kl",
        "logvar",
        ("z_mean", "z_log_var"),
    ),
    Case(
        "-0.5 * tf.reduce_sum(1 + self.z_log_sigma_sq - tf.square(self.z_mean) - tf.exp(self.z_log_sigma_sq), 1)",
        "kl",
        "logvar",
        ("self.z_mean", "self.z_log_sigma_sq"),
    ),
    Case(
        "-0.5 * tf.reduce_sum(1.0 + 2.0 * sd - tf.square(mn) - tf.exp(2.0 * sd), 1)",
        "kl",
        "logstd",
        ("mn", "sd"),
        names=False,
    ),
    Case(
        "0.5 * tf.reduce_sum(tf.square(mu) + tf.square(sigma) - tf.math.log(1e-8 + tf.square(sigma)) - 1, 1)",
        "kl",
        "std",
        ("mu", "sigma"),
    ),
    Case(
        "latent_loss = 1 + sigma - tf.square(mu) - tf.exp(sigma)\nlatent_loss = -0.5 * tf.reduce_sum(latent_loss, 1)",
        "kl",
        "logvar",
        ("mu", "sigma"),
        names=False,
    ),
    Case(
        "-.5 * tf.reduce_sum(1. + log_sigma - tf.square(mu) - tf.exp(log_sigma), axis=1)",
        "kl",
        "logvar",
        ("mu", "log_sigma"),
        names=False,
    ),
    # JAX, NumPy
    Case("-0.5 * jnp.sum(1 + logvar - jnp.square(mean) - jnp.exp(logvar))", "kl", "logvar", ("mean", "logvar")),
    Case("0.5 * (np.sum(np.exp(logvar)) + np.sum(mu**2) - d - np.sum(logvar))", "kl", "logvar", U, given={"d": 1.0}),
    Case("0.5 * jnp.sum(jnp.exp(2*log_std) + mu**2 - 1 - 2*log_std, axis=-1)", "kl", "logstd", ("mu", "log_std")),
    Case("jnp.mean(0.5 * jnp.sum(mu * mu + var - jnp.log(var) - 1., axis=-1))", "kl", "var", ("mu", "var")),
    # graph auto-encoders
    Case(
        "(0.5 / num_nodes) * tf.reduce_mean(tf.reduce_sum(1 + 2 * model.z_log_std - tf.square(model.z_mean)"
        " - tf.square(tf.exp(model.z_log_std)), 1))",
        "affine_kl",
        "logstd",
        ("model.z_mean", "model.z_log_std"),
        factor="-1/num_nodes",
    ),
    Case(
        "-0.5 / n_nodes * torch.mean(torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp().pow(2), 1))",
        "affine_kl",
        "logstd",
        U,
        factor="1/n_nodes",
        names=False,
    ),
    Case(
        "-0.5 * torch.mean(torch.sum(1 + 2 * logstd - mu**2 - logstd.exp()**2, dim=1))",
        "kl",
        "logstd",
        ("mu", "logstd"),
    ),
    # papers
    Case(
        r"-\frac{1}{2}(1 + \log\sigma^2 - \mu^2 - \sigma^2)",
        "kl",
        "std",
        ("mu", "sigma"),
        same="-0.5*(1 + log(sigma**2) - mu**2 - sigma**2)",
    ),
    Case(
        r"-\frac12 \sum_{j=1}^{J} \left(1 + \log ((\sigma_j^{(i)})^2) - (\mu_j^{(i)})^2 - (\sigma_j^{(i)})^2\right)",
        "kl",
        "std",
        ("mu_j", "sigma_j"),
        same="-0.5*(1 + log(sigma_j**2) - mu_j**2 - sigma_j**2)",
    ),
    Case("-1/2 (1 + log s - s - mu^2)", "kl", "var", ("mu", "s"), names=None, same="-0.5*(1 + log(s) - s - mu**2)"),
    Case(
        "-1/2 (1 + 2 log sigma - sigma^2 - mu^2)",
        "kl",
        "std",
        ("mu", "sigma"),
        same="-0.5*(1 + 2*log(sigma) - sigma**2 - mu**2)",
    ),
    Case("½(σ² + μ² − 1) − log(σ)", "kl", "std", ("μ", "σ"), same="0.5*(σ**2 + μ**2 - 1) - log(σ)"),
    Case(
        r"\tfrac12\left(e^{\ell} + \mu^2 - 1 - \ell\right)",
        "kl",
        "logvar",
        ("mu", "l"),
        names=None,
        same="0.5*(exp(l) + mu**2 - 1 - l)",
    ),
    Case(
        r"\frac{1}{2}\left[\mathrm{tr}(\Sigma) + \mu^\top \mu - k - \log|\Sigma|\right]",
        "kl",
        "var",
        ("mu", "Sigma"),
        same="0.5*(Sigma + mu**2 - 1 - log(Sigma))",
    ),
    Case(
        r"\frac12\left(\log\sigma^2 + \frac{1+\mu^2}{\sigma^2} - 1\right)",
        "kl",
        "std",
        ("mu", "sigma"),
        direction="reverse",
        same="0.5*(log(sigma**2) + (1 + mu**2)/sigma**2 - 1)",
    ),
    Case("0.5 * (logvar + (1 + mu**2) / torch.exp(logvar) - 1)", "kl", "logvar", U, direction="reverse"),
    Case("torch.log(std) + (1 + mu**2) / (2 * std**2) - 0.5", "kl", "std", ("mu", "std"), direction="reverse"),
    Case(
        "0.5 * (precision * (1 + mu**2) - 1 - torch.log(precision))",
        "kl",
        "precision",
        ("mu", "precision"),
        direction="reverse",
    ),
)

N = ("mu1", "std1", "mu2", "std2")
L = ("mean1", "logvar1", "mean2", "logvar2")
KL_NORMAL = (
    Case("torch.log(std2 / std1) + (std1**2 + (mu1 - mu2)**2) / (2 * std2**2) - 0.5", "kl", "std", N),
    Case(
        "0.5 * (-1.0 + logvar2 - logvar1 + th.exp(logvar1 - logvar2) + ((mean1 - mean2) ** 2) * th.exp(-logvar2))",
        "kl",
        "logvar",
        L,
    ),
    Case(
        "mean_flat(0.5 * (-1.0 + logvar2 - logvar1 + torch.exp(logvar1 - logvar2) + ((mean1 - mean2) ** 2) *"
        " torch.exp(-logvar2))) / np.log(2.0)",
        "affine_kl",
        "logvar",
        L,
        factor="1/log(2)",
    ),
    Case(
        "torch.log(sigma_pos / sigma_pred) + (sigma_pred ** 2 + (mu_pred - mu_pos) ** 2) / (2 * sigma_pos ** 2) - 0.5",
        "kl",
        "std",
        ("mu_pred", "sigma_pred", "mu_pos", "sigma_pos"),
        direction="either",
    ),
    Case(
        "-0.5 * torch.sum(1 + (recog_logvar - prior_logvar) - torch.pow(prior_mu - recog_mu, 2) /"
        " torch.exp(prior_logvar)"
        " - torch.exp(recog_logvar) / torch.exp(prior_logvar), dim=1)",
        "kl",
        "logvar",
        ("recog_mu", "recog_logvar", "prior_mu", "prior_logvar"),
    ),
    Case(
        "0.5 * (prior_logvar - post_logvar + (post_logvar.exp() + (post_mu - prior_mu)**2) / prior_logvar.exp() - 1)",
        "kl",
        "logvar",
        ("post_mu", "post_logvar", "prior_mu", "prior_logvar"),
    ),
    Case(
        "old_log_std = log_std_old\nlog_std - old_log_std + (torch.exp(old_log_std)**2 + (mu_old - mu)**2) /"
        " (2.0 * torch.exp(log_std)**2) - 0.5",
        "kl",
        "logstd",
        ("mu_old", "log_std_old", "mu", "log_std"),
        direction="either",
    ),
    Case(
        "tf.reduce_sum(-prior_log_sigma * -1 - log_sigma + 0.5 * (tf.exp(2 * log_sigma) + tf.square(mu -"
        " prior_mu)) * tf.exp(-2. * prior_log_sigma) - 0.5)",
        "kl",
        "logstd",
        ("mu", "log_sigma", "prior_mu", "prior_log_sigma"),
    ),
    Case(
        "0.5 * (torch.log(var_p) - torch.log(var_q) + (var_q + (mu_q - mu_p)**2) / var_p - 1)",
        "kl",
        "var",
        ("mu_q", "var_q", "mu_p", "var_p"),
    ),
    Case(
        "0.5 * (torch.log(var_q / var_p) + (var_p + (mu_q - mu_p)**2) / var_q - 1)",
        "kl",
        "var",
        ("mu_q", "var_q", "mu_p", "var_p"),
        direction="reverse",
    ),
    Case(
        r"\log\frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1-\mu_2)^2}{2\sigma_2^2} - \frac12",
        "kl",
        "std",
        ("mu_1", "sigma_1", "mu_2", "sigma_2"),
        same="log(sigma_2/sigma_1) + (sigma_1**2 + (mu_1-mu_2)**2)/(2*sigma_2**2) - 0.5",
    ),
    Case(
        "np.log(s2) - np.log(s1) + (s1**2 + (m1 - m2)**2) / (2 * s2**2)",
        "affine_kl",
        "std",
        ("m1", "s1", "m2", "s2"),
        offset="1/2",
        names=None,
    ),
    Case("-0.5*(log(s/4) - mu**2/4 - s/4)", "affine_kl", "var", ("mu", "s", "0", "4"), offset="1/2", names=None),
    Case("log(2/s) + (s**2 + mu**2)/8", "affine_kl", "std", ("mu", "s", "0", "2"), offset="1/2", names=None),
    Case("log(2/std) + (std**2 + (mu - 3)**2)/8 + 1", "affine_kl", "std", ("mu", "std", "3", "2"), offset="3/2"),
    Case("0.5*(std**2 + (mu - 3)**2) - log(std)", "affine_kl", "std", ("mu", "std", "3", "1"), offset="1/2"),
    Case("(std**2 + mu**2)/32 - log(std)", "affine_kl", "std", ("mu", "std", "0", "4"), offset="1/2 - 2*log(2)"),
    Case(
        "(np.log(prior_sigma / sigma) + (sigma**2 + mu**2) / (2 * prior_sigma**2) - 0.5).sum()",
        "kl",
        "std",
        ("mu", "sigma", "0", "prior_sigma"),
    ),
    Case(
        "0.5 * ((sigma.square() + mu.square()) / prior_sigma.square() - 1.0 + 2.0 * torch.log(prior_sigma /"
        " sigma)).sum()",
        "kl",
        "std",
        ("mu", "sigma", "0", "prior_sigma"),
    ),
    Case("np.log(0.1 / sigma) + (sigma**2 + mu**2) / (2 * 0.1**2) - 0.5", "kl", "std", ("mu", "sigma", "0", "1/10")),
    Case(
        "0.5 * (dim * ((q_sigma / p_sigma)**2 - 1 + 2 * np.log(p_sigma / q_sigma)) + torch.sum((q_mean -"
        " p_mean)**2) / p_sigma**2)",
        "kl",
        "std",
        ("q_mean", "q_sigma", "p_mean", "p_sigma"),
        given={"dim": 1.0},
    ),
    Case("(mean_q - mean_p)**2 / (2 * variance)", "kl", "var", ("mean_q", "variance", "mean_p", "variance")),
)

WRONG = (
    Case(
        "-0.5 * torch.sum(1 + log_sigma - mu.pow(2) - torch.exp(2 * log_sigma))",
        "not_kl",
        "logstd",
        ("mu", "log_sigma"),
    ),
    Case("-0.5 * torch.sum(1 + torch.log(sigma) - mu.pow(2) - sigma.pow(2))", "not_kl", "std", ("mu", "sigma")),
    Case("-0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())", "not_kl", "logvar", U),
    Case("-0.5 * torch.sum(1 + logvar - mu.pow(2) + logvar.exp())", "not_kl", "logvar", U),
    Case("-0.5 * torch.sum(1 + logvar + mu.pow(2) - logvar.exp())", "not_kl", "logvar", U),
    Case("-0.5 * torch.sum(1 - logvar - mu.pow(2) - logvar.exp())", "not_kl", "logvar", U),
    Case("-0.5 * torch.sum(1 + logvar - mu - logvar.exp())", "not_kl", "logvar", U),
    Case("-0.5 * torch.sum(1 + logvar**2 - mu.pow(2) - logvar.exp())", "not_kl", "logvar", U),
    Case("-0.5 * torch.sum(1 + logvar - mu.pow(2)) - logvar.exp()", "not_kl", "logvar", U),
    Case("0.5 * torch.sum(std + mu**2 - 1 - 2 * torch.log(std))", "not_kl", "std", ("mu", "std")),
    Case("-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp().pow(2))", "not_kl", "logvar", U),
    Case("0.5 * torch.sum(sigma**2 + mu**2 - torch.log(sigma) - 1)", "not_kl", "std", ("mu", "sigma")),
    Case("torch.log(std2 / std1) + (std1**2 + (mu1 - mu2)**2) / (2 * std2) - 0.5", "not_kl", "std", N),
    Case("torch.log(std2 / std1) + (std1 + (mu1 - mu2)**2) / (2 * std2**2) - 0.5", "not_kl", "std", N),
    Case("torch.log(std2 / std1) + (std1**2 + (mu1 + mu2)**2) / (2 * std2**2) - 0.5", "not_kl", "std", N),
    Case("torch.log(std2 / std1) + (std1**2 + (mu1 - mu2)) / (2 * std2**2) - 0.5", "not_kl", "std", N),
    Case(
        "0.5 * (logvar2 - logvar1 + torch.exp(logvar2 - logvar1) + (mean1 - mean2)**2 * torch.exp(-logvar2) - 1)",
        "not_kl",
        "logvar",
        L,
    ),
    Case(
        r"-\frac12(1 + \log\sigma - \mu^2 - \sigma^2)",
        "not_kl",
        "std",
        ("mu", "sigma"),
        same="-0.5*(1 + log(sigma) - mu**2 - sigma**2)",
    ),
)

ESTIMATORS = (
    Case("log_probs - ref_log_probs", "estimator"),
    Case("(logp - ref_logp).mean()", "estimator"),
    Case("0.5 * (log_probs - ref_log_probs) ** 2", "estimator"),
    Case("torch.exp(ref_logp - logp) - (ref_logp - logp) - 1", "estimator"),
    Case("log_ratio = ref_log_probs - log_probs\nkl = torch.exp(log_ratio) - 1 - log_ratio", "estimator"),
    Case("((ratio - 1) - log_ratio).mean()", "estimator"),
    Case("ratio - 1 - torch.log(ratio)", "estimator"),
    Case("q.log_prob(z) - p.log_prob(z)", "estimator"),
    Case("-tf.reduce_mean(logpz - logqz_x)", "estimator"),
    Case("-0.5 * (logvar + (z - mu)**2 / torch.exp(logvar)) + 0.5 * z**2", "estimator", "logvar", U),
)

OTHER = (
    "0.5 * (logvar + (x - mu)**2 / logvar.exp())",
    "0.5 * (math.log(2 * math.pi) + logvar + (x - mu)**2 * torch.exp(-logvar))",
    "torch.mean((x - y)**2)",
    "-(y * torch.log(p) + (1 - y) * torch.log(1 - p))",
    "p * torch.log(p / q) + (1 - p) * torch.log((1 - p) / (1 - q))",
    "0.5 * torch.log(2 * math.pi * math.e * sigma**2)",
    "mu + torch.exp(0.5 * logvar) * eps",
    "(mu1 - mu2)**2 + (sigma1 - sigma2)**2",
    "torch.log(1 + torch.exp(x))",
    "a * x**2 + b * x + c",
    "torch.exp(logvar)",
    "-logp * advantage",
    r"\mu + \sigma \epsilon",
    "0.25 * (mu1 - mu2)**2 / (var1 + var2) + 0.5 * torch.log((var1 + var2) / (2 * torch.sqrt(var1 * var2)))",
)

CASES = tuple(c for c in (*KL_UNIT, *KL_NORMAL, *WRONG, *ESTIMATORS) if c.verdict != "not_checked")
