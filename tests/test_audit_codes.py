"""What the codes of `derive audit` that are off unless selected say of short pieces of code, and what they do not."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from derive.audit.codes import CODES
from derive.audit.files import Found
from derive.audit.findings import audit_file
from derive.identify.read.limits import metered

KL = "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), {})"
EACH = "(-0.5 * (1 + logvar - mu.pow(2) - logvar.exp()))"
SAMPLER = """
    def f(mu, logvar, log_std, device):
        std = torch.exp(0.5 * logvar)
        z = {}
        return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    """


def codes(source: str, *ignored: str) -> list[str]:
    data = textwrap.dedent(source).encode()
    findings, unread, read, _ = audit_file(Found(Path("m.py"), data), frozenset(CODES) - set(ignored))
    assert read and not unread
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("sampler", "found"),
    [
        ("mu + std * 0.1 * torch.randn_like(std)", ["DK012"]),
        ("mu + std * tf.random.normal(shape, stddev=0.01)", ["DK012"]),
        ("mu + 2 * torch.exp(0.5 * logvar) * eps", ["DK012"]),
        ("mu + std * torch.randn_like(std)", []),
        ("mu + std * tf.random.normal(shape, 0.0, stddev=1.0)", []),
        ("mu + std * K.random_normal(shape, mean=0.0, stddev=epsilon_std)", []),
        ("mu + temperature * std * eps", []),
        ("torch.normal(mu, std)", []),
        ("mu + torch.exp(logvar) * eps", ["DK011"]),
        ("mu + std * eps if self.training else mu + 0.1 * std * eps", []),
    ],
)
def test_noise_of_another_deviation(sampler: str, found: list[str]) -> None:
    assert codes(SAMPLER.format(sampler), "DK030") == found


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        (KL.format("dim=0") + ".mean()", ["DK025"]),
        (f"{EACH}.sum(0).mean()", ["DK025"]),
        (f"{EACH}.mean(1).sum()", ["DK025"]),
        (f"{EACH}.mean(dim=-1).sum(dim=0)", ["DK025"]),
        (f"torch.sum({EACH}.mean(dim=[1, 2, 3]))", ["DK025"]),
        (KL.format("dim=1") + ".mean()", []),
        (f"{EACH}.sum(1).mean(0)", []),
        (f"{EACH}.sum(-1).sum(0).mean()", []),  # time, batch, latent
        (f"{EACH}.mean(0).sum()", []),
        (f"{EACH}.sum(dim=(1, 2, 3)).mean()", []),
        (f"{EACH}.sum()", []),
        (f"{EACH}.sum(axis).mean()", []),
        (f"{EACH}.mean()", ["DK024"]),
    ],
)
def test_reductions(formula: str, found: list[str]) -> None:
    assert codes(f"def f(mu, logvar):\n    return {formula}\n", "DK030") == found


@pytest.mark.parametrize(
    ("before", "reduced", "found"),
    [
        ("B, D = mu.shape", "sum(0)", ["DK025"]),
        ("B, D = mu.shape", "sum(1).mean()", []),
        ("B, T, D = mu.size()", "sum(1).mean()", ["DK025"]),
        ("B, T, D = mu.size()", "sum(-1).mean()", []),
        ("D, B = mu.shape", "sum(0).mean()", []),
        ("assert mu.shape == (batch, latent)", "sum(dim=0)", ["DK025"]),
        ("mu = x.view(batch_size, z_dim)", "sum(0)", ["DK025"]),
        ("mu, logvar = f(x)  # (B, D)", "sum(0)", ["DK025"]),
        ("mu, logvar = f(x)  # (P, Q)", "sum(0)", []),
    ],
)
def test_axes_that_the_text_names(before: str, reduced: str, found: list[str]) -> None:
    assert codes(f"def f(x, mu, logvar):\n    {before}\n    return {EACH}.{reduced}\n", "DK030") == found
    assert codes(f"def f(x, mu, logvar):\n    return {EACH}.{reduced}\n", "DK030", "DK025") == []


@pytest.mark.parametrize(
    ("formula", "lost"),
    [
        ("0.5 * (logvar.exp() + mu ** 2 - 1 - logvar)", True),
        ("0.5 * (torch.expm1(logvar) - logvar + mu ** 2)", True),
        ("torch.exp(logr) - logr - 1", True),
        ("(ratio - 1) - torch.log(ratio)", True),
        ("torch.expm1(ref_logp - logp) - (ref_logp - logp)", True),
        ("torch.log(s2 / s1) + (s1 ** 2 + (m1 - m2) ** 2) / (2 * s2 ** 2) - 0.5", True),
        ("0.5 * (expm1mx(logvar) + mu ** 2)", False),
        ("0.5 * (expm1mx(2 * torch.log1p((s1 - s2) / s2)) + (m1 - m2) ** 2 / s2 ** 2)", False),
        ("0.5 * (expm1mx(logvar1 - logvar2) + (mu1 - mu2) ** 2 * torch.exp(-logvar2))", False),
        ("expm1mx(ref_logp - logp)", False),
        ("-log1pmx(ratio - 1)", False),
        ("kl_unit_logvar(mu, logvar).sum(1).mean()", False),
    ],
)
def test_lost_digits(formula: str, lost: bool) -> None:
    assert codes(f"kl = {formula}\n") == ["DK030"] * lost


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("k = 1 + logvar - mu.pow(2) - logvar.exp()\nloss = recon - 0.5 * k.sum()", []),
        ("k = 0.5 * (logvar.exp() + mu.pow(2) - logvar)\nk -= 0.5", []),
        ("k = logvar.exp() + mu.pow(2) - logvar - 1\nloss = recon + k", ["DK021"]),
        ("k = 0.5 * (logvar.exp() + mu.pow(2) - logvar)\nloss = recon + k.sum()", ["DK020"]),
        ("k = 0.5 * (logvar.exp() + mu.pow(2) - logvar)  # noqa: DK020\nloss = k.sum() + 3", []),
        ("k = 0.5 * (logvar.exp() + mu.pow(2) - logvar)\nloss = k.sum() + 3  # noqa: DK020", ["DK020"]),
        ("loss = 0.5 * (logvar.exp() + mu.pow(2) - logvar).sum()", ["DK020"]),
        ("loss = 0.5 * (logvar.exp() + mu.pow(2) - logvar) + c - d", ["DK020"]),
        ("loss = 0.5 * (logvar.exp() + mu.pow(2) - logvar) + c - 0.5", []),
        ("loss = 0.5 * (\n    logvar.exp()  # noqa: DK020\n    + mu.pow(2) - logvar)", []),
        ("loss = 0.5 * (\n    logvar.exp()\n    + mu.pow(2) - logvar)  # noqa: DK020", []),
        ("loss = 0.5 * (\n    logvar.exp()\n    + mu.pow(2) - logvar)\n# noqa: DK020", ["DK020"]),
    ],
)
def test_what_is_added_and_on_which_line(lines: str, found: list[str]) -> None:
    assert codes(lines, "DK030") == found


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("0.5 * (mu**2 + exp(logvar) - 3*logvar - 7)", ["DK001"]),
        ("0.5 * (x**2 + exp(y) - 3*y - 7)", []),
        ("x**2 - y - exp(y)", ["DK004"]),
    ],
)
def test_what_is_far_from_a_divergence_is_one_by_its_names_alone(formula: str, found: list[str]) -> None:
    assert codes(f"loss = {formula}\n", "DK021", "DK020") == found


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("z - exp(z)", []),  # the logarithm of a Gumbel density
        ("mu**2 + exp(z) - z", ["DK020", "DK021"]),
    ],
)
def test_what_has_no_mean_is_one_by_its_names_alone(formula: str, found: list[str]) -> None:
    assert codes(f"z = (x - loc) / scale\nloss = {formula}\n", "DK030") == found


def test_a_quantity_that_cancels_was_meant() -> None:
    assert codes("kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar, dim=1)\n") == ["DK003"]


def test_twice_the_log_of_a_deviation_is_that_of_its_variance() -> None:
    kl = "kl = -0.5 * (1 + {0} - mu**2 - torch.exp({0}))\n"
    assert "DK010" not in codes(kl.format("log_sigma_x2_hat"))
    assert "DK010" in codes(kl.format("log_sigma_hat"))


def test_the_log_of_a_mean_is_that_of_its_variance() -> None:
    of = "kl_divergence(Normal(m, v.sqrt()), Normal({}_means, library_log_vars.sqrt()))\n"
    assert "DK010" not in codes(of.format("library_log"))
    assert "DK010" in codes(of.format("library"))


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("def kl(mu, logvar):", ["DK002"]),
        ("def beta_vae_loss(mu, logvar, beta):", ["DK002"]),
        ("def laplace_kl(mu, logvar):", []),
        ("async def kl_beta(mu, logvar):", []),
        ("def kl(mu, logvar, gamma_rate):", []),
        ("def loss(mu, logvar, gamma=1):", ["DK002"]),
        ("def kl(mu, logvar: Dirichlet):", []),
        ("@register_kl(HalfNormal, HalfNormal)\ndef kl(mu, logvar):", []),
        ("class Poisson:\n  def kl(self, mu, logvar):", []),
        ("class BetaPrior:\n  def kl(self, mu, logvar):", []),
        ("class BetaTCVAE:\n  def kl(self, mu, logvar):", ["DK002"]),
        ("class Encoder:\n  def kl(self, mu, logvar):", ["DK002"]),
    ],
)
def test_what_a_function_says_it_is_about(header: str, found: list[str]) -> None:
    assert codes(f"{header}\n      return -0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())\n") == found


OBJECTS = """
    class Gaussian:
        def kl(self, other):
            return tf.reduce_sum(other.logstd - self.logstd + (tf.square(self.std) + tf.square(self.mean - other.mean))
                                 / (2.0 * tf.square({}.std)) - 0.5, axis=-1)
    """
VARIANCES = """
    def kl(q, p):
        return 0.5 * torch.sum(p.logvar - q.logvar + (q.var + (q.mean - p.mean) ** 2) / {}.var - 1)
    """
BETA = """
    def beta_vae_loss(recon, x, mu, logvar, beta):
        kld = -0.5 * torch.mean(torch.sum(1 + logvar - mu.pow(2) {} logvar.exp(), dim=1))
        return F.mse_loss(recon, x) + beta * kld
    """
CALLED = """
    def loss(batch):
        def kl(mu, log_sigma):
            return 0.5 * jnp.sum(jnp.exp(2 * log_sigma) + mu ** 2 - 1.0 - {}log_sigma, -1)
        return jnp.mean(recon + kl(mu, log_sigma))
    """
LIBRARY = """
    def guide(x):
        loc, {} = encoder(x)
        return kl_divergence(Normal(loc, {}), Normal(0, 1))
    """


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (OBJECTS.format("other"), []),
        (OBJECTS.format("self"), ["DK005"]),
        (VARIANCES.format("p"), []),
        (VARIANCES.format("q"), ["DK005"]),
        (BETA.format("-"), []),
        (BETA.format("+"), ["DK004"]),
        (CALLED.format("2 * "), []),
        (CALLED.format(""), ["DK002"]),
        (f"layer.add_loss(losses.scale({KL.format('-1')}))\n", []),
        (f"layer.add_loss(losses.scale({KL.format('-1')}))\n".replace("logvar -", "2 * logvar -"), ["DK002"]),
        (LIBRARY.format("scale", "scale"), []),
        (LIBRARY.format("log_scale", "log_scale"), ["DK010"]),
        (LIBRARY.format("log_scale", "log_scale.exp()"), []),
    ],
)
def test_code_as_it_is_found(source: str, found: list[str]) -> None:
    assert codes(source, "DK030", "DK021") == found


#: Where a formula stands that is the value of no name; at {} its one slip, a factor 2.
PLACES = {
    "condition": "if ({}).mean() > most:\n    pass",
    "walrus": "if (kl := {}) > most:\n    pass",
    "elif": "if done:\n    pass\nelif ({}).mean() > most:\n    pass",
    "while": "while ({}).mean() > most:\n    pass",
    "assert": "assert torch.all({} >= 0)",
    "raise": "raise ValueError({})",
    "for": "for one in ({}).sum(1):\n    pass",
    "with": "with open(name), record({}) as log:\n    pass",
    "async with": "async def f():\n    async with record({}) as log:\n        pass",
    "async for": "async def f():\n    async for one in stream({}):\n        pass",
    "match": "match ({}).item():\n    case 0:\n        pass",
    "guard": "match kind:\n    case 1 if ({}).mean() > most:\n        pass",
    "default": "def f(kl=lambda mu, logvar: {}):\n    pass",
    "decorator": "class A:\n    def g(self):\n        @register(kl=lambda mu, logvar: {})\n        def h(): pass",
    "except*": "try:\n    pass\nexcept* ValueError:\n    kl = {}",
    "method": "({}).sum().backward()",
    "field": "kl = torch.max({}, dim=1).values",
    "element": "kl = torch.max({}, dim=1)[0]",
    "several targets": "loss, kl = both({})",
    "starred target": "kl, *rest = {}, 1, 2",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_formula_that_is_the_value_of_no_name_is_read(place: str) -> None:
    formula = "-0.5 * (1 + {}logvar - mu.pow(2) - logvar.exp())"
    assert codes(PLACES[place].format(formula.format("2 * ")), "DK024", "DK030") == ["DK002"]
    assert codes(PLACES[place].format(formula.format("")), "DK024", "DK030") == []


def test_a_line_that_comes_nearer_to_a_divergence_stands_for_those_before_it() -> None:
    begun = "kl = 1 + logvar\nkl = kl - mu.pow(2)\nkl = kl - {}\nloss = -0.5 * kl.sum()\n"
    data = begun.format("logvar.exp().pow(2)").encode()
    findings, *_ = audit_file(Found(Path("m.py"), data), frozenset(CODES))
    assert [(finding.line, finding.code) for finding in findings] == [(3, "DK003")]
    assert codes(begun.format("logvar.exp()"), "DK030") == []


@pytest.mark.parametrize(
    "formula",
    [
        "0.5 * (np.log(v2 / v1) + v1 / v2 + (m1 - m2) * (m1 - m2) / v2 - 1)",
        "0.5 * (np.log(v2 / v1) + v1 / v2 + (m1 - m2) / v2 * (m1 - m2) - 1)",
        "0.5 * (np.log(v2 / v1) + v1 * w + d * w * d - 1)",
        "0.5 * (np.dot(m1, m1) + np.sum(v1) - np.sum(np.log(v1)) - len(m1))",
        "0.5 * (m1.dot(m1) + np.sum(v1) - np.sum(np.log(v1)) - len(m1))",
        "0.5 * (m1 @ m1 + np.sum(v1) - np.sum(np.log(v1)) - len(m1))",
        "0.5 * (np.einsum('bd,bd->b', m1, m1) + np.sum(v1, 1) - np.sum(np.log(v1), 1) - m1.shape[1])",
    ],
)
def test_a_square_is_a_product_of_what_stands_twice(formula: str) -> None:
    source = f"def f(m1, v1, m2, v2):\n    d = m1 - m2\n    w = 1 / v2\n    return {formula}\n"
    assert "DK030" in codes(source)


def test_a_body_is_no_part_of_the_formula_before_it() -> None:
    wrong = "if (-0.5 * (1 + 2 * logvar - mu.pow(2) - logvar.exp())).mean() > 1:{}\n    pass{}\n"
    assert codes(wrong.format("  # noqa", "")) == []
    assert codes(wrong.format("", "  # noqa"), "DK024", "DK030") == ["DK002"]


@pytest.mark.parametrize("text", ["def f((mu, logvar)):\n    return {}\n", "f = lambda x, (mu, logvar): {}\n"])
def test_arguments_that_python_2_unpacks(text: str) -> None:
    assert codes(text.format("-0.5 * (1 + 2 * logvar - mu ** 2 - exp(logvar))"), "DK030") == ["DK002"]


def test_a_quantity_that_a_repair_needs_is_found_at_the_other_object() -> None:
    data = textwrap.dedent(OBJECTS.format("self")).encode()
    (finding,) = audit_file(Found(Path("m.py"), data), frozenset(["DK005"]))[0]
    assert "use other.std instead of self.std; write: / (2.0 * tf.square(other.std)) - 0.5" in finding.message


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        ("torch.exp(logvar)", "write exp(logvar/2) for the standard deviation, or rename logvar"),
        ("var", "write sqrt(var) for the standard deviation, or rename var"),
    ],
)
def test_what_a_library_takes_is_spelled_out(scale: str, words: str) -> None:
    data = f"kl = kl_divergence(Normal(mu, {scale}), Normal(0, 1))\n".encode()
    (finding,) = audit_file(Found(Path("m.py"), data), frozenset(["DK010"]))[0]
    assert finding.message.endswith(words)


@pytest.mark.parametrize("count", [10, 40])
def test_sums_of_two_wrong_terms_cost_in_proportion_to_their_number(count: int) -> None:
    wrong = "-0.5*torch.sum(1 + {0} - {1}.pow(2) - 2*{0}.exp())"
    line = f"    kl = {wrong.format('logvar', 'mu')} - {wrong.format('lv', 'm')} + {{}}*lv"
    source = "def f(mu, logvar, m, lv):\n" + "\n".join(line.format(k) for k in range(count))
    with metered(10**9) as meter:
        assert codes(source) == []
    assert meter.steps < 4_000 * count
