"""What the readers of Python and of mathematics make of a text: nothing is guessed, nothing is dropped."""

from __future__ import annotations

import re

import pytest

from derive.errors import UsageError
from derive.identify import identify
from derive.identify.match.expand import Expander
from derive.identify.match.shown import show
from derive.identify.read.limits import NotUnderstood, metered
from derive.identify.read.reading import read
from derive.identify.read.tree import Marked, walk


def meaning(text: str) -> str:
    return show(Expander().form(read(text).trees[-1]))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("torch.nn.functional.softplus(x)", "jax.nn.softplus(x)"),
        ("tf.keras.backend.square(x)", "x*x"),
        ("jax.numpy.exp(x)", "x.exp()"),
        ("np.logaddexp(0, x)", "torch.log1p(torch.exp(x))"),
        ("torch.rsqrt(x)", "1/x**0.5"),
        ("tf.math.squared_difference(x, y)", "(x - y)**2"),
        ("torch.pow(x, exponent=2)", "x**2"),
        ("x.div(2)", "0.5*x"),
        ("log(2*pi)", "np.log(2*np.pi)"),
        ("0.5f0 * sum(exp.(2f0 .* l) .+ m.^2 .- 1 .- 2*l)", "0.5*sum(exp(2*l) + m**2 - 1 - 2*l)"),
        ("@. log(x) - y^2", "log(x) - y**2"),
        ("torch.sub(x, y).neg()", "y - x"),
        ("x[:, None] + y[...]", "x + y"),
        ("x.detach().cpu().numpy()", "x"),
        ("torch.ones_like(x) + torch.zeros(3)", "1"),
        ("np.full_like(x, 3)", "3"),
        ("sum(m**2 for m in ms)", "torch.sum(m.pow(2))"),
        ("np.log(np.e) + math.pi - np.pi", "1"),
        ("exp(2*log(x))", "x**2"),
        ("log(sqrt(x)/y**3)", "0.5*log(x) - 3*log(y)"),
        ("math.log(x, 2)", "np.log2(x)"),
        ("math.log(x, y)", "log(x)/log(y)"),
        (r"\log_2 x", "np.log2(x)"),
        (r"\log_{10}\sigma^2", "2*np.log10(sigma)"),
        (r"\lg x", "np.log10(x)"),
        (r"\log_e x", "log(x)"),
        (r"\log|\sigma|", "log(abs(sigma))"),
        (r"|x - y|^2", "(x - y)**2"),
        (r"\log\frac{\pi_{\mathrm{ref}}}{\pi_\theta} - \log\pi", "log(pi_ref/pi_theta) - log(np.pi)"),
        (r"\begin{align*} L &= x \\ &= \sqrt{y} \label{eq:1} \end{align*}", "sqrt(y)"),
        (r"\begin{equation}\begin{aligned}L &= x \\[2pt] &+ y\nonumber\end{aligned}\tag{3}\end{equation}", "x + y"),
        ("torch.einsum('bd->b', x)", "torch.sum(x, 1)"),
        ("np.einsum('...d,...d', x, y)", "np.sum(x*y, -1)"),
        ("np.einsum('bd,d->b', x, y)", "np.sum(x*y, 1)"),
        ("np.einsum('ij->ji', x)", "x"),
        ("tf.nn.l2_loss(x)", "tf.reduce_sum(x**2)/2"),
        ("optax.l2_loss(x)", "x**2/2"),
        (r"\log\sigma^2", "2*log(sigma)"),
        (r"\log 2\pi", "log(2*np.pi)"),
        (r"\log \frac{a}{b}", "log(a) - log(b)"),
        (r"e^{-2x}", "exp(-2*x)"),
        (r"\frac12 x", "x/2"),
        (r"2 x^2 y / 3", "2*x**2*y/3"),
        (r"\lVert x - y \rVert^2", "sum((x - y)**2)"),
        (r"\left(x^{(i)}\right)^2", "x**2"),
        (r"L = x = \hat{y}", "y_hat"),
        ("2(x + y)", "2*x + 2*y"),
        ("x² − ½", "x**2 - 1/2"),
        ("sigma^2", "sigma**2"),
    ],
)
def test_two_spellings_of_one_thing(text, same):
    assert meaning(text) == meaning(same)


@pytest.mark.parametrize(
    ("text", "same", "words"),
    [
        ("0.6931471805599453*np.log2(x)", "log(x)", "log 2"),
        ("np.log2(x)/1.4426950408889634", "log(x)", "1/log 2"),
        ("2.302585092994046*np.log10(x)", "np.log(10)*np.log10(x)", "log 10"),
        (r"0.918938533204672741780329736 \cdot 1", "log(2*np.pi)/2", "log(2 pi)/2"),
        ("0.918938533204", "log(2*np.pi)/2", "log(2 pi)/2"),  # cut, not rounded
        ("1.8378770664093453 - x", "log(2*np.pi) - x", "log(2 pi)"),
        ("-1.4189385332046727", "-log(2*np.pi)/2 - 1/2", "log(2 pi e)/2"),
        ("log(2.5066282746310002)", "log(2*np.pi)/2", "sqrt(2 pi)"),
        ("log(0.3989422804014327)", "-log(2*np.pi)/2", "1/sqrt(2 pi)"),
        ("3.141592653589793*x", "np.pi*x", "pi"),
        ("log(2.718281828459045)", "1", "e"),
        (r"x^{2} - 1.8378770664093454", "x**2 - log(2*np.pi)", "log(2 pi)"),
    ],
)
def test_a_constant_that_is_written_out_is_that_constant(text, same, words):
    assert meaning(text) == meaning(same)
    literal = re.search(r"\d\.\d+", text)[0]
    (mark,) = (n for n in walk(read(text).trees[-1]) if isinstance(n, Marked))
    assert mark.said == f"{literal} is read as {words}"


@pytest.mark.parametrize("text", ["0.69314718056", "0.693147180559948", "3.14159", "0.918938533206", "693147180559"])
def test_fewer_or_other_digits_are_a_number(text):
    assert not any(isinstance(n, Marked) for n in walk(read(f"x*{text}").trees[-1]))


def test_a_constant_that_is_written_out_is_told():
    answer = identify("0.5*(s**2 + mu**2) - np.log(s) + 0.5*np.log(2*np.pi) - 1.4189385332046727")
    assert answer.verdict == "kl" and "1.4189385332046727 is read as log(2 pi e)/2" in answer.notes


def test_a_determinant_is_of_a_matrix_alone():
    assert identify(r"\frac12(\sigma^2 + \mu^2 - 1) - \log|\sigma|").verdict == "kl"
    answer = identify(r"\frac12(\mathrm{tr}(\Sigma) + \mu^T\mu - d - \log|\Sigma|)")
    assert any("determinant" in reduction for reduction in answer.reductions)


@pytest.mark.parametrize("beta", ["", r"\beta"])
def test_policies_are_probabilities(beta):
    answer = identify(beta + r"(\frac{\pi_{ref}}{\pi_\theta} - \log\frac{\pi_{ref}}{\pi_\theta} - 1)")
    assert (answer.verdict, answer.factor) == ("estimator", beta.strip("\\") or "1")
    assert answer.headline == "the k3 estimator in log pi_ref - log pi_theta"
    assert "unbiased for samples of pi_theta, and then for KL(pi_theta ‖ pi_ref)" in answer.notes[1]


@pytest.mark.parametrize(
    ("call", "over"),
    [
        ("torch.einsum('bd->b', {})", "axis 1"),
        ("torch.einsum('btd->b', {})", "axis (1, 2)"),
        ("torch.einsum('...d->...', {})", "axis -1"),
        ("torch.einsum('b d -> ', {})", "all entries"),
    ],
)
def test_einsum_of_one_array_is_a_sum(call, over):
    answer = identify(f"-0.5*{call.format('1 + logvar - mu**2 - logvar.exp()')}")
    assert (answer.verdict, answer.reductions) == ("kl", (f"sum over {over}",))


def test_einsum_of_two_arrays_is_the_sum_of_their_product():
    answer = identify("-0.5*torch.einsum('bd,d->b', 1 + logvar - mu**2 - logvar.exp(), w)")
    assert (answer.verdict, answer.factor, answer.reductions) == ("affine_kl", "w", ("sum over axis 1",))


@pytest.mark.parametrize(
    ("body", "headline"),
    [
        ("return -0.5*self.reduce(1 + lv - mu**2 - lv.exp())", "a multiple of {}"),
        ("kl = self.reduce(1 + lv - mu**2 - lv.exp())\n    return -0.5*kl", "a multiple of {}"),
        ("return self.reduce(mu**2 + lv.exp() - lv)/2 - self.d/2", "a multiple of {} and an offset"),
        ("return 3*self.reduce(0.5*(mu**2 + lv.exp() - lv - 1))", "exactly {}"),
        ("return -0.5*torch.einsum('bd,d,d->b', 1 + lv - mu**2 - lv.exp(), w, v)", "a multiple of {}"),
        ("self.losses.append(-(1 + lv - mu**2 - lv.exp()))", "2 · {}"),
    ],
)
def test_no_factor_is_told_of_what_is_inside_an_unknown_function(body, headline):
    answer = identify(f"def f(self, mu, lv):\n    {body}\n")
    assert answer.headline == headline.format("KL(N(mu, exp(lv)) ‖ N(0, 1))")
    inside = "it is inside a function that is not understood: a factor or an offset outside is not read"
    assert (inside in answer.notes) == ("losses" not in body)


def test_a_loss_of_a_mean_is_no_number_of_entries():
    rest = "0.5*tf.reduce_sum(tf.exp(l) - 1 - l)"
    assert identify(f"tf.nn.l2_loss(mu) + {rest}").headline == "exactly KL(N(mu, exp(l)) ‖ N(0, 1))"
    assert identify(f"def f(mu, l):\n    return foo.penalty(mu) + {rest}").offset != "entries"


@pytest.mark.parametrize(
    "text",
    [
        "np.log(x, 2)",  # where it would be written to
        "torch.log2(x) + torch.logsumexp(x, 1)",
        "F.softplus(x, beta=2)",  # another slope
        "torch.add(x, y, alpha=2)",
        "np.average(x, weights=w)",
        "torch.exp(x, y)",
        "x % 2",
        "x @ y if z else 1",
        "'text'",
        "x and y",
        "{x: y}",
        r"\log_b x",
        r"\sqrt[3]{x}",
        r"x^",
        r"\frac{x}",
        r"\lVert x \rVert",
        r"(x",
    ],
)
def test_what_is_outside_the_table_is_refused(text):
    with pytest.raises(NotUnderstood) as caught:
        meaning(text)
    assert caught.value.exit_code == 2
    assert "line 1, column" in caught.value.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kl_divergence(Normal(mu, std), Normal(0, 1))", ("kl", "std", True)),
        ("tfd.kl_divergence(tfd.Normal(loc=mu, scale=tf.exp(0.5*logvar)), tfd.Normal(0., 1.))", ("kl", "logvar", True)),
        (
            "q = Normal(mu, logvar.exp())\np = Normal(torch.zeros_like(mu), 1)\nkl = kl_divergence(q, p).sum()",
            ("kl", "logstd", False),
        ),
        ("kl_divergence(Independent(Normal(mu, F.softplus(rho)), 1), Normal(0, 1))", ("kl", "softplus", None)),
    ],
)
def test_gaussian_objects(text, expected):
    answer = identify(text)
    assert (answer.verdict, answer.scale, answer.name_agrees) == expected


def test_the_sample_of_a_gaussian_object_is_a_sampler():
    text = "q = Normal(mu, logvar.exp())\nz = q.rsample()\nkl = -0.5*(1 + logvar - mu**2 - logvar.exp())"
    assert identify(text).sampler.consistent is False


def test_backslashes_in_strings_do_not_make_a_block_latex():
    text = "print('a\\n$')\nkl = -0.5*(1 + logvar - mu**2 - logvar.exp())"
    assert identify(text).verdict == "kl"
    assert meaning("x^{2} + y^{2}") == "x**2 + y**2"


def test_a_branch_or_a_loop_makes_a_name_its_own_quantity_again():
    text = "s = logvar\nif x:\n    s = 2*logvar\nkl = -0.5*(1 + s - mu**2 - s.exp())"
    assert identify(text).roles["scale"] == "s"
    straight = "s = logvar\nkl = -0.5*(1 + s - mu**2 - s.exp())"
    assert identify(straight).roles["scale"] == "logvar"


def test_nothing_of_a_text_is_executed(tmp_path):
    target = tmp_path / "touched"
    for text in (
        f"open({str(target)!r}, 'w')",
        f"__import__('pathlib').Path({str(target)!r}).touch()",
        f"x = [c for c in ().__class__.__bases__[0].__subclasses__()]\nopen({str(target)!r}, 'w')",
    ):
        with pytest.raises(NotUnderstood):
            identify(text)
    assert not target.exists()


@pytest.mark.parametrize(
    ("text", "verdict", "scale", "repair"),
    [
        ("-1/2 (1 + 2 log(sigma) - mu^2 - sigma^2)", "kl", "std", None),
        ("-1/2 (1 + log(s) - s - mu^2)", "kl", "var", None),
        ("1/2 sum(sigma^2 + mu^2 - log(sigma^2) - 1)", "kl", "std", None),
        ("-1/2 (1 + log(sigma) - mu^2 - sigma^2)", "not_kl", "std", "-1/2 (1 + log(sigma^2) - mu^2 - sigma^2)"),
        ("x/2(y)", "unrecognised", None, None),
        (  # the logarithm is no quantity of its own because it is exponentiated twice
            "0.5 * torch.sum(mu**2 + torch.exp(logvar) - 1 - torch.exp(logvar))",
            "not_kl",
            "logvar",
            "0.5 * torch.sum(mu**2 + torch.exp(logvar) - 1 - logvar)",
        ),
        (  # the entropy of q in closed form, the cross entropy of the sample z_p
            "(logs_p - logs_q - 0.5 + 0.5 * (z_p - m_p)**2 * torch.exp(-2.0 * logs_p)).sum()",
            "estimator",
            None,
            None,
        ),
    ],
)
def test_formulas_as_papers_and_forums_write_them(text, verdict, scale, repair):
    answer = identify(text)
    assert (answer.verdict, answer.fixes[0].corrected if answer.fixes else None) == (verdict, repair)
    assert answer.verdict == "estimator" or answer.scale == scale
    assert answer.verdict != "estimator" or answer.headline == "the half closed estimator in z_p"


KL = "0.5*torch.sum(1 + logvar - mu.pow(2) - logvar.exp())"


@pytest.mark.parametrize(
    ("loss", "rest"),
    [
        ("F.binary_cross_entropy(recon, x.view(-1, 784), reduction='sum')", None),
        ("2 * self.mse(recon, x)", None),
        ("torch.mean(crit(recon, x))", "crit(recon, x)"),
        ("nll(recon, x).mean()", "nll(recon, x)"),
    ],
)
def test_a_loss_of_other_quantities_beside_a_divergence_is_one_whatever_computes_it(loss, rest):
    answer = identify(f"return {loss} - {KL}")
    assert answer.verdict == "affine_kl"
    assert (rest or loss.removeprefix("2 * ")) in answer.headline


@pytest.mark.parametrize(
    "text",
    [
        f"foo(mu) - {KL}",
        f"foo(mu) * {KL}",
        "mu**2 + foo(x)",
        "0.5*mu**2 + 0.5*exq(lv) - 0.5 - 0.5*lv",
        "a = 2*log(s)*mu**2\nfoo(x) + a",
    ],
)
def test_an_unknown_function_of_what_the_divergence_has_is_refused_by_name(text):
    with pytest.raises(NotUnderstood, match=r"(foo|exq) is not in the table"):
        identify(text)


@pytest.mark.parametrize("other", ["S0 + S1", "len(mu0)", "mu1", "S1 @ mu0", "f(S1)", "1 / S1", "mu1 * S1"])
@pytest.mark.parametrize(
    "function", ["inv({}) @ S0", "solve({}, S0)", "solve(S1, {})", "cholesky({})", "cho_solve({}, S0)"]
)
def test_what_is_no_one_matrix_is_not_taken_for_one(function: str, other: str) -> None:
    kl = "0.5*(trace({}) + (mu1 - mu0).T @ inv(S1) @ (mu1 - mu0) - len(mu0) + logdet(S1) - logdet(S0))"
    assert identify(kl.format("inv(S1) @ S0")).verdict == "kl"
    assert identify(kl.format(function.format(other))).verdict == "unrecognised"


COVARIANCE = "0.5*(torch.trace(S) + {} - d - torch.logdet(S))"


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        (COVARIANCE.format("mu @ mu"), "exactly KL(N(mu, S) ‖ N(0, I))"),
        (COVARIANCE.format("torch.dot(mu, mu)"), "exactly KL(N(mu, S) ‖ N(0, I))"),
        (COVARIANCE.format("(mu**2).sum()"), "exactly KL(N(mu, S) ‖ N(0, I))"),
        (COVARIANCE.format("mu.T @ mu")[4:], "2 · KL(N(mu, S) ‖ N(0, I))"),
        (
            "0.5*(np.trace(np.linalg.inv(S)) + m.T @ np.linalg.inv(S) @ m - k + np.linalg.slogdet(S)[1])",
            "exactly KL(N(0, I) ‖ N(m, S))",
        ),
        (COVARIANCE.format("mu**2"), "full covariance: not checked"),
        (COVARIANCE.format("2*(mu @ mu)"), "full covariance: the quadratic form does not fit the trace"),
        (
            COVARIANCE.format("mu @ mu").replace("- torch", "+ torch"),
            "full covariance: the log-determinants do not fit the trace",
        ),
        (
            COVARIANCE.format("m.T @ torch.inverse(S) @ m"),
            "full covariance: the quadratic form does not fit the trace",
        ),
    ],
)
def test_one_of_two_covariances_may_be_the_identity(text, headline):
    assert identify(text).headline == headline


@pytest.mark.parametrize(
    ("dimension", "headline"),
    [
        ("- 3", "exactly KL(N(mu, S) ‖ N(0, I))"),
        ("", "full covariance: the dimension is missing or has another factor"),
        ("- 2*d", "full covariance: the dimension is missing or has another factor"),
        ("- 3 - d", "full covariance: the dimension is missing or has another factor"),
        ("+ d", "full covariance: the dimension is missing or has another factor"),
        ("+ 3", "full covariance: the dimension is missing or has another factor"),
        ("- 3.5", "full covariance: the dimension is missing or has another factor"),
    ],
)
def test_the_dimension_is_there_once_or_a_natural_number(dimension, headline):
    assert identify(COVARIANCE.format("mu @ mu").replace("- d", dimension)).headline == headline


def test_a_divergence_of_covariances_has_a_quadratic_form():
    assert identify(COVARIANCE.format("0")).headline == "full covariance: there is no quadratic form in the means"


def test_the_closed_form_is_told_beside_covariances_that_do_not_fit():
    note = "the divergence with this trace: 1/2·(tr(S) + muᵀ mu - D - logdet S)"
    assert identify(COVARIANCE.format("2*(mu @ mu)")).notes == (note,)
    pair = "0.5*(logdet(P) - logdet(Q) - d + trace(inv(P) @ Q) + (m_p - m_q) @ P @ (m_p - m_q))"
    (note,) = identify(pair).notes
    assert note.endswith("1/2·(tr(P⁻¹ Q) + (m_p - m_q)ᵀ P⁻¹ (m_p - m_q) - D + logdet P - logdet Q)")


def test_the_expectation_of_a_half_closed_estimator_names_the_mean_of_its_sample():
    answer = identify("logs_p - logs_q - 0.5 + 0.5*(z_p - m_p)**2*torch.exp(-2.0*logs_p)")
    assert (answer.roles["mu1"], answer.roles["mu2"]) == ("E[z_p]", "m_p")


FACTORS = """L1 = torch.linalg.cholesky(S1)
L2 = torch.linalg.cholesky(S2)
M = torch.linalg.solve_triangular(L2, L1, upper=False)
y = torch.linalg.solve_triangular(L2, (m2 - m1)[:, None], upper=False)
0.5*((M**2).sum() + y.square().sum() - d) + L2.diagonal().log().sum() - torch.log(torch.diagonal(L1)).sum()"""
NAMED = """a = tf.linalg.triangular_solve(L_p, q_mu, lower=True)
A = tf.linalg.triangular_solve(L_p, L_q, lower=True)
logs = tf.reduce_sum(tf.math.log(tf.linalg.diag_part(L_p))) - tf.reduce_sum(tf.math.log(tf.linalg.diag_part(L_q)))
0.5*(tf.reduce_sum(a**2) - d + tf.reduce_sum(tf.square(A)) + 2*logs)"""
FITS = "full covariance: the {} not fit the trace"
UNCHECKED = "full covariance: not checked"


@pytest.mark.parametrize(
    ("text", "old", "new", "headline"),
    [
        (FACTORS, "", "", "exactly KL(N(m1, S1) ‖ N(m2, S2))"),
        (FACTORS, "y.square().sum()", "y.T @ y", "exactly KL(N(m1, S1) ‖ N(m2, S2))"),
        (FACTORS, "y.square().sum()", "2*(y**2).sum()", FITS.format("quadratic form does")),
        (FACTORS, "+ L2.diagonal()", "- L2.diagonal()", FITS.format("log-determinants do")),
        (FACTORS, "solve_triangular(L2, L1", "solve_triangular(L2.T, L1", UNCHECKED),
        (FACTORS, "L1, upper=False", "L1, upper=True", UNCHECKED),
        (FACTORS, "(M**2).sum()", "M.sum()", UNCHECKED),
        (FACTORS, "L2.diagonal().log().sum()", "L2.diagonal().log().mean()", UNCHECKED),
        (NAMED, "", "", "exactly KL(N(q_mu, L_q·L_qᵀ) ‖ N(0, L_p·L_pᵀ))"),
        (NAMED, "2*logs", "logs", FITS.format("log-determinants do")),
        (NAMED, "a**2", "a", UNCHECKED),
        ("0.5*(trace(L @ L.T) + m @ m - k) - log(diag(L)).sum()", "", "", "exactly KL(N(m, L·Lᵀ) ‖ N(0, I))"),
        ("0.5*(trace(L @ L.T) + m @ m - k) - log(diag(L)).sum()", "L.T", "L", UNCHECKED),
    ],
)
def test_covariances_are_read_in_their_cholesky_factors(text, old, new, headline):
    assert identify(text.replace(old, new)).headline == headline


def test_a_square_among_matrices_is_no_estimator():
    block = (
        "diff = m1 - m0\nquad = diff.T @ np.linalg.inv(S1) @ diff\ndet = np.log(np.linalg.det(S1)/np.linalg.det(S0))\n"
        "0.5*(np.trace(np.linalg.inv(S1) @ S0) + det + quad - N)"
    )
    assert identify(block).headline == "exactly KL(N(m0, S0) ‖ N(m1, S1))"
    assert identify(block.replace("+ det", "+ det + other(S0)")).headline == UNCHECKED


@pytest.mark.parametrize(
    "text",
    [
        f"torch.maximum({KL}, free_nats * dims)",
        f"torch.min({KL}, cap)",
        "0.5*tf.add_n([tf.reduce_sum(1 + logvar), -tf.reduce_sum(mu**2), -tf.reduce_sum(tf.exp(logvar))])",
        "0.5*sum([1 + logvar, -mu**2, -exp(logvar)])",
    ],
)
def test_a_limit_may_be_a_formula_and_a_sum_a_list(text):
    answer = identify(text)
    assert (answer.verdict, answer.factor, answer.offset) == ("affine_kl", "-1", "0")


def test_of_two_formulas_none_is_chosen():
    for other in ("logvar - logvar.exp()", "log(c) + c", "mu**2"):
        with pytest.raises(NotUnderstood, match="of two formulas"):
            identify(f"torch.maximum({KL}, {other})")


@pytest.mark.parametrize("halves", ["f(n // 2) + f(n - n // 2)", "f'({f(n // 2)} + {f(n - n // 2)})'"])
def test_a_function_that_calls_itself_is_written_out_once(halves):
    text = f"def f(n):\n    return 1 if n == 1 else {halves}\ndef kl(mu, s):\n    return 0.5*(mu**2 + exp(s) - 1 - s)"
    with metered(1_000):
        assert identify(text).good


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ("-½ (1 + 2 log σ − σ² − μ²)", "exactly KL(N(μ, σ²) ‖ N(0, 1))"),
        (r"\frac{1}{2} (\sigma^2 + \mu^2 - 1 - \log \sigma)", "not a KL divergence"),
        ("KL(q || p)", None),
        ("f(μ, σ)", None),
    ],
)
def test_both_sides_of_an_equation_are_answered(left, said):
    answer = identify(f"{left} = -½ (1 + log v − v − μ²)")
    assert answer.headline == "exactly KL(N(μ, v) ‖ N(0, 1))"
    told = [note for note in answer.notes if note.startswith("left of the equals sign")]
    assert told == ([f"left of the equals sign: {said}"] if said else [])


def test_what_is_no_divergence_is_told_as_what_it_was_read():
    answer = identify("torch.exp(f) + 2*q")
    assert answer.notes[0].startswith("read as an expression in f, q; no squared mean")
    assert "--function NAME" in answer.notes[0]


@pytest.mark.parametrize("of", ["(o|q)", r"\left(a \mid s\right)", "(o_{i,t}|q,o_{i,<t})", ""])
def test_what_a_policy_is_a_probability_of_is_passed_over(of):
    ratio = rf"\frac{{\pi_{{ref}}{of}}}{{\pi_\theta{of}}}"
    answer = identify(rf"{ratio} - \log {ratio} - 1")
    assert answer.headline == "the k3 estimator in log pi_ref - log pi_theta"


@pytest.mark.parametrize("number", ["05", "5L"])
def test_places_are_those_of_the_text_that_is_read(number):
    """What only Python 2 understands is rewritten, and moves what stands behind it."""
    source = read(f"mu + {number}*σigma").source(0)
    product = source.again(source.text).right
    assert (source.of(product.right), source.of(product)) == ("σigma", f"{'0o5' if number == '05' else '5'}*σigma")
    assert identify(f"0.5*(s2*{number}*log(σigma_sq) + square(m) + sigma_sq - 1)").verdict in ("unrecognised", "not_kl")


@pytest.mark.parametrize(
    ("text", "verdict", "offset"),
    [
        (r"\sum_{i} \frac{\sigma_i^2 + \mu_i^2}{2} - \log\sigma_i - \frac12", "kl", "0"),
        (r"-\frac12 \sum_{j=1}^J 1 + \log\sigma_j^2 - \mu_j^2 - \sigma_j^2", "kl", "0"),
        (r"\frac12 \sum_j \left(\sigma_j^2 + \mu_j^2 - \log\sigma_j^2\right) - \frac{d}{2}", "kl", "0"),
        (r"\frac12 \left(\sum_j \sigma_j^2 + \sum_j \mu_j^2 - \sum_j \log\sigma_j^2 - d\right)", "kl", "0"),
        (r"\frac12 \sum_j \left(\sigma_j^2 + \mu_j^2 - \log\sigma_j^2 - 1\right) - 1", "affine_kl", "-1"),
        (r"\frac12 \sum_j \sigma_j^2 + \mu_j^2 - \log\sigma_j - 1", "not_kl", None),
    ],
)
def test_a_sum_over_an_index_goes_as_far_as_the_index(text, verdict, offset):
    answer = identify(text)
    assert (answer.verdict, answer.offset) == (verdict, offset)


def test_a_layer_of_a_lambda_is_called_with_a_list():
    layer = "Lambda(lambda x: -0.5*K.sum(1 + x[1] - K.square(x[0]) - K.exp(x[1]), axis=-1), name='kl')([mu, logvar])"
    assert identify(layer).headline == "exactly KL(N(mu, exp(logvar)) ‖ N(0, 1))"
    assert identify(layer.replace("K.exp(x[1])", "K.square(x[1])")).verdict == "not_kl"
    assert identify(layer.replace("[mu, logvar]", "[logvar, mu]")).name_agrees is False


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        ("torch.diag_embed(std)", "write std**2 for the variance, or rename std"),
        ("torch.diag_embed(logvar)", "write exp(logvar) for the variance, or rename logvar"),
        ("scale_tril=torch.diag_embed(var)", "write sqrt(var) for the standard deviation, or rename var"),
        ("precision_matrix=torch.diag(std)", "write 1/std**2 for the precision 1/variance, or rename std"),
    ],
)
def test_what_to_write_is_what_the_object_takes(scale, words):
    answer = identify(
        f"kl_divergence(MultivariateNormal(mu, {scale}), MultivariateNormal(torch.zeros(d), torch.eye(d)))"
    )
    assert [note for note in answer.name_notes if words in note]


WRITTEN_OUT = [
    "((x - x_hat)**2).sum()",
    "0.5 * ((x - x_hat)**2).mean()",
    "torch.mean(torch.sum((x - y)**2, 1))",
    "-torch.sum(x*torch.log(y) + (1 - x)*torch.log(1 - y))",
    "torch.sum((x - recon)**2/(2*sigma_x**2))",
    "0.5*torch.sum((x - xmu)**2*torch.exp(-xlogvar) + xlogvar)",
]


@pytest.mark.parametrize("loss", WRITTEN_OUT)
def test_a_loss_that_is_written_out_beside_a_divergence_is_one(loss):
    answer = identify(f"{loss} + beta*0.5*torch.sum(zlogvar.exp() + zmu**2 - 1 - zlogvar, 1)")
    assert (answer.verdict, answer.factor, answer.offset) == ("affine_kl", "beta", loss)
    assert answer.roles == {"mu": "zmu", "scale": "zlogvar"}
    assert f"added to the divergence is {loss}: another loss, unless that is a constant" in answer.notes


@pytest.mark.parametrize("loss", WRITTEN_OUT[:4])
@pytest.mark.parametrize(
    ("old", "new"), [("zmu**2", "zmu"), ("- zlogvar,", "- 0.5*zlogvar,"), ("zlogvar.exp()", "zlogvar**2")]
)
def test_a_slip_beside_a_loss_that_is_written_out_is_mended(loss, old, new):
    kl = "torch.mean(0.5*torch.sum(zlogvar.exp() + zmu**2 - 1 - zlogvar, 1))"
    answer = identify(f"{loss} + {kl.replace(old, new)}")
    assert answer.verdict == "not_kl"
    mended = identify(answer.fixes[0].corrected)
    assert (mended.verdict, mended.factor, mended.offset) == ("affine_kl", "1", loss)


def test_a_second_divergence_that_is_wrong_is_no_other_loss():
    for weight in ("", "w*"):
        answer = identify(f"0.5*(exp(lq) + mq**2 - 1 - lq) + 0.5*{weight}(exp(lp) + mp - 1 - lp)")
        assert answer.headline == "a sum of KL divergences of which one is wrong"


def test_the_distance_from_a_capacity():
    kl = "0.5*torch.sum(logvar.exp() + mu**2 - 1 - logvar, 1)"
    for text in (f"gamma*torch.abs({kl} - C)", f"recon + gamma*(C - {kl}).abs()", f"kl = {kl}\ngamma*abs(kl - self.C)"):
        answer = identify(text)
        assert answer.headline == "the distance of KL(N(mu, exp(logvar)) ‖ N(0, 1)) from a capacity"
        assert (answer.verdict, answer.factor, answer.offset, answer.stable) == ("affine_kl", None, None, None)
        assert not [note for note in answer.notes if "optimum" in note]
    assert identify(f"torch.abs({kl} - logvar)").verdict == "unrecognised"


def test_a_masked_mean_is_a_mean():
    answer = identify("masked_mean(torch.exp(ref_logp - logp) - (ref_logp - logp) - 1, mask)")
    assert answer.headline == "the k3 estimator in ref_logp - logp"
    assert answer.reductions == ("mean over the entries that mask keeps",)


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        (
            "log(s1/s2) + (s1.^2 + (m1-m2).^2)./(2*s2.^2) - 0.5",
            "log(s2 ./ s1) + (s1.^2 + (m1-m2).^2) ./ (2 .* s2.^2) - 0.5",
        ),
        ("-.5*sum(1 + logvar - mu.^2 + exp(logvar), 1)", "-.5 .* sum(1 + logvar - mu.^2 - exp(logvar), 1)"),
        (
            "0.5f0 * sum(exp.(2f0 .* logσ) .+ μ.^2 .- 1f0 .- logσ)",
            "0.5 .* sum(exp.(2 .* logσ) .+ μ.^2 .- 1 .- 2 .* logσ)",
        ),
    ],
)
def test_a_repair_has_the_dots_of_the_text(text, repair):
    assert identify(text).fixes[0].corrected == repair
    assert identify(repair).verdict == "kl"


@pytest.mark.parametrize("weight", ["anneal(step)", "self.weight(epoch, 10)", "cyclic(t)"])
def test_a_weight_that_a_function_computes_is_one(weight):
    kl = "torch.mean(-0.5*torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), 1))"
    for text in (f"{weight}*{kl}", f"{kl}*{weight}", f"crit(x, y) + {weight}*{kl}"):
        assert identify(text).factor == weight
    assert identify(f"{weight}*{kl.replace('mu.pow(2)', 'mu')}").fixes[0].corrected == f"{weight}*{kl}".replace(
        "mu.pow(2)", "mu**2"
    )
    with pytest.raises(NotUnderstood, match="foo is not in the table"):
        identify(f"foo(logvar)*{kl}")


def test_signs_of_full_width_are_read_and_comments_stay():
    text = "kl = -0.5*torch.sum（1 + logvar - mu，1）  # 均值：μ（错）".replace("mu，", "mu - logvar.exp(), ")
    assert identify(text).fixes[0].corrected.endswith("# 均值：μ（错）")
    assert identify("KL ＝ -0.5 ＊ （1 ＋ log_var － mu^2 － exp（log_var））").verdict == "kl"


AXES = "0.5*(mu**2 + {0}.exp() - 1 - {0}){1}".format


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (AXES("lv", ".mean(0, keepdim=True).sum(0)"), "torch.sum(torch.mean({}, dim=0, keepdim=True), dim=0)"),
        ("0.5*torch.sum(mu**2 + lv.exp() - 1 - lv, 1, True)", "torch.sum({}, dim=1, keepdim=True)"),
        ("0.5*np.sum(mu**2 + np.exp(lv) - 1 - lv, axis=-1, keepdims=True)", "np.sum({}, axis=-1, keepdims=True)"),
        (AXES("lv", ".sum(1, keepdim=False)"), "torch.sum({}, dim=1)"),
        (AXES("lv", ".sum(1, keepdim=kept)"), "torch.sum({}, dim=1, keepdim=kept)"),
    ],
)
def test_axes_that_a_sum_keeps_are_kept_in_its_stable_form(text, call):
    answer = identify(text)
    assert answer.verdict == "kl" and answer.stable.splitlines()[-1] == call.format("0.5*(expm1mx(lv) + mu**2)")


@pytest.mark.parametrize(
    "text",
    [
        AXES("lv", ".flatten(1).sum(1)"),
        AXES("lv", ".T.sum(0)"),
        AXES("lv[:, None]", ".sum(-1)"),
        "0.5*(mu.view(4, -1)**2 + lv.view(4, -1).exp() - 1 - lv.view(4, -1)).sum(1)",
        "0.5*((m1.unsqueeze(1) - m2.unsqueeze(0))**2/v2 + v1/v2 - 1 - torch.log(v1/v2)).sum(-1)",
        "jax.vmap(lambda m, l: 0.5*jnp.sum(m**2 + jnp.exp(l) - 1 - l))(mu, lv).mean()",
        "kl = 0.5*(mu**2 + lv.exp() - 1 - lv)\nloss = kl.reshape(4, -1).sum(1)",
    ],
)
def test_no_stable_form_of_what_lies_along_other_axes(text):
    """It would sum others: nothing in the text of it says which."""
    answer = identify(text)
    assert answer.verdict == "kl" and not answer.stable and not answer.function


def test_names_that_were_moved_when_they_were_assigned_have_a_stable_form():
    answer = identify("mu = h[0].view(4, -1)\n0.5*(mu**2 + lv.exp() - 1 - lv).sum(1)")
    assert answer.roles["mu"] == "mu"
    assert answer.function == "torch.sum(derive.torch.kl_unit_logvar(mu, lv), dim=1)"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("0.5*torch.prod(mu**2 + lv.exp() - lv - 1, 1)", "unrecognised"),
        ("np.prod(0.5*(mu**2 + np.exp(lv) - lv - 1))", "unrecognised"),
        (r"\prod_i \frac12(\mu_i^2+\sigma_i^2-1-\ln\sigma_i^2)", "unrecognised"),
        ("w.prod()*0.5*(mu**2 + lv.exp() - lv - 1)", "affine_kl"),
        ("0.5*(torch.log(v2.prod(1)/v1.prod(1)) - D + (v1/v2).sum(1) + ((m1 - m2)**2/v2).sum(1))", "kl"),
        ("max(0.5*(mu**2 + exp(lv) - lv - 1), 1)", "kl"),
        ("torch.max(0.5*(mu**2 + lv.exp() - lv - 1), free_bits)", "kl"),
    ],
)
def test_a_product_of_divergences_is_none(text, verdict):
    assert identify(text).verdict == verdict


@pytest.mark.parametrize("text", ["torch.max({}, 1)", "({}).max(-1)", "torch.min({}, 0)"])
def test_the_largest_entry_along_an_axis_is_no_limit(text):
    with pytest.raises(UsageError, match="one entry"):
        identify(text.format("0.5*(mu**2 + lv.exp() - lv - 1)"))


PARTS = "0.5*(mu.pow(2).sum({0}) + lv.exp().sum({0}) - lv.sum({0}) - {1})".format


@pytest.mark.parametrize(
    ("axis", "count", "verdict"),
    [
        ("1", "mu.shape[0]", "affine_kl"),
        ("1", "mu.size(0)", "affine_kl"),
        ("1", "len(mu)", "affine_kl"),
        ("1", "mu.numel()", "affine_kl"),
        ("-1", "lv.shape[-2]", "affine_kl"),
        ("", "mu.shape[1]", "affine_kl"),
        ("(1, 2)", "mu.shape[1]", "affine_kl"),
        ("1", "mu.shape[1]", "kl"),
        ("1", "mu.shape[-1]", "kl"),
        ("-1", "mu.size(-1)", "kl"),
        ("", "mu.shape[0]", "kl"),
        ("", "mu.numel()", "kl"),
        ("0", "len(mu)", "kl"),
        ("1", "x.shape[0]", "kl"),
    ],
)
def test_the_length_of_an_axis_is_the_number_of_the_entries_along_it_alone(axis, count, verdict):
    assert identify(PARTS(axis, count)).verdict == verdict


def test_axes_of_an_array_in_another_shape_are_not_compared():
    assert identify(PARTS("1", "mu.shape[0]").replace("mu.pow", "mu.t().pow")).verdict == "kl"


@pytest.mark.parametrize(
    ("one", "other", "doubted"),
    [
        ("sum(0)", "sum(1)", True),
        ("sum()", "sum(1)", True),
        ("sum(-1)", "sum(1)", False),
        ("sum(1)", "sum(1)", False),
        ("sum(0).sum()", "sum(1).sum()", False),
    ],
)
def test_a_mean_that_is_summed_along_another_axis_than_the_scale_is_doubted(one, other, doubted):
    answer = identify(f"0.5*((mu**2).{one} + (lv.exp() - 1 - lv).{other}).mean()")
    assert answer.verdict == "kl" and any("differ in shape" in doubt for doubt in answer.doubts) is doubted


@pytest.mark.parametrize(
    ("more", "offset"), [("", "0"), (", 0", "0"), (", 3", "3"), (", start=3", "3"), (", torch.zeros(1)", "0")]
)
def test_what_a_sum_of_a_comprehension_starts_from_is_added(more, offset):
    answer = identify(f"sum((0.5*(m**2 + exp(l) - 1 - l) for m, l in zip(mu, lv)){more})")
    assert answer.offset == offset


def test_what_a_sum_of_numpy_starts_from_is_not_left_out():
    with pytest.raises(UsageError):
        identify("np.sum(0.5*(mu**2 + np.exp(lv) - 1 - lv), initial=3)")


TERM = "exp(l) + m**2 - 1 - l"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("kl(mu, s) = 0.5*sum(s.^2 .+ mu.^2 .- 1 .- 2 .* log.(s))", "0.5*sum(s**2 + mu**2 - 1 - 2*log(s))"),
        ("kl(m::Vector{Float64}, s) = @. log(1/s) + (s^2 + m^2)/2 - 1/2", "log(1/s) + (s**2 + m**2)/2 - 1/2"),
        ("k = @. log(s2/s1) + (s1^2 + (m1-m2)^2)/(2s2^2) - .5", "log(s2/s1) + (s1**2 + (m1-m2)**2)/(2*s2**2) - .5"),
        ("function kl(m, l)\n  v = exp.(l)\n  return 0.5*sum(v .+ m.^2 .- 1 .- l)\nend", f"0.5*sum({TERM})"),
        (
            "function k = kl(m, l)\n% of N(0, 1)\n  k = 0.5*sum(exp(l) + ...\n  m.^2 - 1 - l); % nats\nend",
            f"0.5*sum({TERM})",
        ),
        ("kl <- 0.5*sum(exp(l) + m^2 - 1 - l)", f"0.5*sum({TERM})"),
        ("kl <- function(m, l) 0.5*rowSums(exp(l) + m^2 - 1 - l)", f"0.5*sum({TERM}, axis=1)"),
        ("kl <- function(m, l) {\n  v <- exp(l)\n  0.5*sum(v + m^2 - 1 - l)\n}", f"0.5*sum({TERM})"),
        ("kl.loss <- 0.5*k_mean(k_exp(l) + m^2 - 1 - l, axis = -1L)", f"0.5*mean({TERM}, axis=-1)"),
        ("kl <- 0.5*torch_sum(l$exp() + m$pow(2) - 1 - l)", f"0.5*sum({TERM})"),
        ("kl <- 0.5*tf$reduce_sum(tf$exp(l) + tf$square(m) - 1 - l)", f"0.5*sum({TERM})"),
    ],
)
def test_functions_of_other_languages_are_their_formulas(text, same):
    one, other = identify(text), identify(same)
    assert (one.verdict, one.scale, one.reductions) == ("kl", other.scale, other.reductions)
    assert not one.function  # nothing of derive is there


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        (
            "kl.z <- 0.5*sum(exp(log.var) + mu.z^2 - 1 + log.var)",
            "kl.z <- 0.5*sum(exp(log.var) + mu.z^2 - 1 - log.var)",
        ),
        ("kl <- 0.5*torch_sum(m$pow(2) + lv$exp() - 1 + lv)", "kl <- 0.5*torch_sum(m$pow(2) + lv$exp() - 1 - lv)"),
        ("kl <- function(m, v) 0.5*sum(v + m^2 - 1 + log(v))", "kl <- function(m, v) 0.5*sum(v + m^2 - 1 - log(v))"),
        ("kl(m, lv) = 0.5*sum(m.^2 .+ exp.(lv) .- 1 .+ lv)", "kl(m, lv) = 0.5 .* sum(m.^2 .+ exp.(lv) .- 1 .- lv)"),
        ("0.5*sum(m^2 + exp(lv) - 1 + lv)", "0.5*sum(m^2 + exp(lv) - 1 - lv)"),
    ],
)
def test_a_repair_is_in_the_language_of_the_text(text, repair):
    assert identify(text).fixes[0].corrected == repair and identify(repair).verdict == "kl"


def test_sums_of_another_loss_are_none_of_the_divergence():
    answer = identify("K.sum(bce) - 0.5*K.mean(1 + lv - K.square(m) - K.exp(lv), axis=-1)")
    assert answer.reductions == ("mean over axis -1",) and not any(n.startswith("summed") for n in answer.notes)


ADDED = "0.5*(m**2 + s**2 - 1) - np.log(s)"


@pytest.mark.parametrize(
    ("text", "headline", "over"),
    [
        (f"kl = 0\nfor m, s in zip(mu, sd):\n    kl += {ADDED}", "exactly KL(N(m, s²) ‖ N(0, 1))", "(m, s)"),
        (f"kl = 0.\nfor m, s in q:\n    kl -= -({ADDED})\nkl/n", "1/n · KL(N(m, s²) ‖ N(0, 1))", "(m, s)"),
        (f"kl = 1\nfor m, s in q:\n    kl += {ADDED}", "KL(N(m, s²) ‖ N(0, 1)) + (1)", "(m, s)"),
        (
            f"kl = 0\nfor q in qs:\n    for m, s in q:\n        kl += {ADDED}",
            "exactly KL(N(m, s²) ‖ N(0, 1))",
            "q, (m, s)",
        ),
        (f"kl = 0\nfor q in qs:\n    m, s = q(x)\n    kl += {ADDED}", "exactly KL(N(m, s²) ‖ N(0, 1))", "q"),
    ],
)
def test_what_a_loop_adds_up_is_a_sum(text, headline, over):
    answer = identify(text)
    assert (answer.headline.replace("**2", "²"), answer.reductions) == (headline, (f"sum over {over}",))


@pytest.mark.parametrize(
    "text",
    [
        f"kl = 0\nfor _ in range(3):\n    kl += {ADDED}",
        f"kl = 0\nfor m, s in q:\n    if s > 0:\n        kl += {ADDED}",
        f"kl = 0\nfor m, s in q:\n    kl += {ADDED}\n    kl += 1",
        f"for m, s in q:\n    kl += {ADDED}",
    ],
)
def test_what_a_loop_adds_as_often_as_nobody_knows_is_no_sum(text):
    assert not any(reduction.startswith("sum") for reduction in identify(text).reductions)


def test_a_slip_in_what_a_loop_adds_up_is_undone():
    text = f"kl = 0\nfor m, s in q:\n    kl += {ADDED}"
    assert identify(text.replace("- np.log", "+ np.log")).fixes[0].changed == f"kl += {ADDED}"


def test_a_line_that_begins_with_a_percent_sign_may_go_on_with_a_string():
    assert identify("kl = 0.5*(mu**2 + exp(l) - 1 - l)\nprint('%d %f'\n      % (epoch, kl))").verdict == "kl"


@pytest.mark.parametrize("words", ["function of two arguments", "x <- y", "end"])
def test_words_of_a_docstring_are_no_other_language(words):
    text = f'def kl(mu, l):\n    """\n    {words}\n    """\n    return 0.5*np.sum(mu**2 + np.exp(l) - 1 - l)'
    answer = identify(text)
    assert answer.verdict == "kl" and answer.function
