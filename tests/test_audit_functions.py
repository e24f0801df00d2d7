"""`derive audit` across the functions of a module: those of one line that a formula calls, decorated ones, samplers."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from derive.audit import findings
from derive.audit.codes import CODES, chosen
from derive.audit.files import Found
from derive.audit.finding import Finding
from derive.audit.findings import audit_file


def audited(source: str, codes: frozenset[str] = chosen()) -> tuple[list[Finding], int]:
    findings, unread, read, terms = audit_file(Found(Path("m.py"), textwrap.dedent(source).encode()), codes)
    assert read and not unread
    return findings, terms


# --- functions of one line ---------------------------------------------------------------------------------------

#: A right divergence, in functions and methods whose body is one expression; wrong where a 2* stands at {}.
CALLED = {
    "function": """
        def twice(x):
            '''Its twice.'''
            return x * x

        def loss(mu, logvar):
            return -0.5 * torch.sum(1 + {}logvar - twice(mu) - logvar.exp())
        """,
    "behind its caller": """
        def loss(mu, logvar):
            return -0.5 * torch.sum(1 + {}logvar - mu**2 - variance(logvar))

        def variance(x):
            return torch.exp(x)
        """,
    "by keyword": """
        def variance(x, eps=1e-8, *, scale=1):
            return scale * torch.exp(x) + eps

        def loss(mu, logvar):
            return -0.5 * torch.sum(1 + {}logvar - mu**2 - variance(x=logvar, eps=0))
        """,
    "lambda": """
        twice = lambda x: x ** 2
        kl = lambda mu, logvar: -0.5 * torch.sum(1 + {}logvar - twice(mu) - logvar.exp())
        """,
    "method": """
        class A:
            def loss(self, mu, logvar):
                return -0.5 * torch.sum(1 + {}logvar - self.twice(mu) - logvar.exp())

            def twice(self, x):
                return x * x
        """,
    "inherited method": """
        class A:
            def variance(self):
                return self.logvar.exp()

        class B(A):
            def loss(self):
                return -0.5 * torch.sum(1 + {}self.logvar - self.mu**2 - self.variance())
        """,
    "static method": """
        class A:
            @staticmethod
            @torch.jit.script
            def twice(x: Tensor):
                return x * x

            def loss(self, mu, logvar):
                return -0.5 * torch.sum(1 + {}logvar - A.twice(mu) - logvar.exp())
        """,
    "property": """
        class A:
            @property
            def var(self):
                return self.logvar.exp()

            def loss(self):
                return -0.5 * torch.sum(1 + {}self.logvar - self.mu**2 - self.var)
        """,
    "partly": """
        @partial(jax.jit, static_argnums=0)
        def terms(mu, s):
            return {}s - mu**2 - jnp.exp(s)

        def loss(mu, logvar):
            return -0.5 * jnp.sum(1 + terms(mu, logvar))
        """,
}


@pytest.mark.parametrize("name", CALLED)
def test_a_function_of_one_line_is_read_where_it_is_called(name: str) -> None:
    findings, terms = audited(CALLED[name].format(""))
    assert (findings, terms > 0) == ([], True)
    assert [f.code for f in audited(CALLED[name].format("2*"))[0]] == ["DK002"]


@pytest.mark.parametrize(
    "source",
    [
        "def twice(x):\n    return x*x\ndef twice(x):\n    return x",  # two of one name
        "@average\ndef twice(x):\n    return x",  # what decorates it may do anything
        "def twice(x):\n    x = norm(x)\n    return x*x",
        "def twice(x, *rest):\n    return x*x",
        "def twice(x, y):\n    return x*x",
        "def twice(x, y=scale):\n    return x*y",
        "def twice(x):\n    return x.first * x.first",  # of another object
        "def twice(x):\n    return twice(x)*x",
    ],
)
def test_what_is_no_function_of_one_line_is_not_guessed(source: str) -> None:
    loss = "def loss(mu, logvar):\n    return -0.5 * torch.sum(1 + logvar - twice(mu) - logvar.exp())\n"
    assert audited(f"{source}\n{loss}") == ([], 0)
    plain = "def twice(x):\n    return x*x"
    assert audited(f"{plain}\n{loss}") == ([], 1)
    assert audited(f"{plain}\n{loss.replace('logvar):', 'logvar, twice):')}") == ([], 0)  # an argument of that name


@pytest.mark.parametrize(
    "again",
    [
        "twice = torch.square",
        "from fast import twice",
        "import fast as twice",
        "if fast:\n    def twice(x):\n        return x * x",
        "for twice in functions:\n    pass",
        "class A:\n    def __init__(self):\n        self.twice = torch.square",
    ],
)
def test_a_name_that_is_bound_twice_is_not_followed(again: str) -> None:
    method = again.startswith("class")
    called = "self.twice" if method else "twice"
    lines = [f"def twice({'self, ' * method}x):", "    return x", f"def loss({'self, ' * method}mu, logvar):"]
    lines += [f"    return -0.5 * torch.sum(1 + logvar - {called}(mu) - logvar.exp())"]
    own = again.split("\n")
    text = "\n".join([*own, *(f"    {line}" for line in lines)] if method else [*own, *lines])
    assert audited(text) == ([], 0)
    alone = "\n".join(["class A:", *(f"    {line}" for line in lines)] if method else lines)
    assert [f.code for f in audited(alone)[0]] == ["DK003"]


def test_a_function_sees_the_names_around_it_and_not_those_around_its_caller() -> None:
    source = """
        def variance(logvar):
            return torch.exp(scale * logvar)

        def loss(mu, logvar):
            scale = 2
            return -0.5 * torch.sum(1 + 2 * logvar - mu**2 - variance(logvar))
        """
    assert audited(source) == ([], 0)


def test_what_is_wrong_in_a_function_is_reported_there_alone() -> None:
    source = """
        def loss(x, mu, logvar):
            return recon(x) - 0.5 * torch.sum(terms(mu, logvar))

        def terms(mu, logvar):
            return 1 + 2 * logvar - mu.pow(2) - logvar.exp()
        """
    findings, _ = audited(source)
    assert [(f.line, f.column, f.code) for f in findings] == [(6, 12, "DK002")]
    findings, _ = audited(source.replace("2 * ", ""), frozenset(CODES) - {"DK030"})
    assert findings == []  # its factor -2 is no finding: the caller makes it a divergence


# --- decorated functions -----------------------------------------------------------------------------------------

DECORATORS = [
    "@tf.function(input_signature=[spec])", "@torch.jit.script", "@jax.jit", "@staticmethod", "@property",
    "@partial(jax.jit, static_argnums=(0,))", "@functools.partial(jax.jit, static_argnames=['n'])", "@classmethod",
    "@torch.no_grad()\n@register('kl')", "@abstractmethod", "@nn.compact", "@kl.setter", "@main(config='.')",
]  # fmt: skip


@pytest.mark.parametrize("decorator", DECORATORS)
@pytest.mark.parametrize("header", ["", "class A:\n"])
def test_decorated_functions_are_read_like_others(decorator: str, header: str) -> None:
    lines = f"{decorator}\ndef f(mu, logvar):\n    return -0.5 * jnp.sum(1 + 2 * logvar - mu**2 - jnp.exp(logvar))\n"
    findings, terms = audited(header + textwrap.indent(lines, "    " if header else ""))
    line = lines[: lines.index("    return")].count("\n") + 1 + bool(header)
    assert [(f.line, f.code, f.repair[0][-1]) for f in findings] == [(line, "DK002", "logvar")]
    assert terms == 1


# --- samplers ----------------------------------------------------------------------------------------------------

#: A sampler that takes self.var for a standard deviation, in the place of {}.
DRAWN = [
    "self.mu + self.var * torch.randn(self.mu.shape)",
    "self.mu + self.var * torch.randn_like(self.var)",
    "torch.addcmul(self.mu, self.var, torch.randn_like(self.mu))",
    "torch.randn(n).to(self.device).mul(self.var).add_(self.mu)",
    "Normal(self.mu, self.var).rsample()",
    "torch.normal(self.mu, self.var)",
    "np.random.normal(loc=self.mu, scale=self.var)",
]


@pytest.mark.parametrize("owner", ["self", "q", "self.posterior", "out['q']"])
@pytest.mark.parametrize("drawn", DRAWN)
def test_attributes_of_any_object_are_drawn_with(drawn: str, owner: str) -> None:
    kl = "0.5 * torch.sum(self.mu**2 + self.var - 1 - torch.log(self.var))"
    source = f"class A:\n def f(self, q):\n  return {drawn}\n def kl(self, q):\n  return {kl}\n".replace(
        "self.", f"{owner}."
    )
    assert [f.code for f in audited(source)[0]] == ["DK011"]
    assert (
        audited(source.replace(drawn.replace("self.", f"{owner}."), f"{owner}.mu + {owner}.var.sqrt() * noise"))[0]
        == []
    )


#: What an assigned name holds is no scale of another name; whether the sampler agrees is told by the name itself.
ASSIGNED = """
    def f(self, h):
        mu, var = self.a(h), F.softplus(self.b(h))
        z = mu + {} * torch.randn_like(mu)
        {}
        return z, 0.5 * torch.sum(mu**2 + var - 1 - torch.log(var))
    """


@pytest.mark.parametrize(
    ("deviation", "between", "found"),
    [
        ("var", "", ["DK011"]),
        ("var.sqrt()", "", []),
        ("torch.sqrt(var)", "var = var + 1e-6", []),
        ("var", "var = 3 * var", []),  # another value under that name
        ("self.c(h)", "", []),
    ],
)
def test_a_name_that_sampler_and_divergence_share(deviation: str, between: str, found: list[str]) -> None:
    assert [f.code for f in audited(ASSIGNED.format(deviation, between))[0]] == found


# --- further families --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        "torch.log(a) - torch.log(b) + b / a - 1",
        "(a * torch.log(a / b) - a + b).sum(-1)",
        "torch.exp(r) * (r - s) - torch.exp(r) + torch.exp(s)",
        "np.log(q / p) + np.abs(m - n) / q + p / q * np.exp(-np.abs(m - n) / p) - 1",
    ],
)
def test_divergences_of_every_family_are_seen(formula: str) -> None:
    assert audited(f"def divergence(*rates):\n    return {formula}\n") == ([], 1)
    assert audited(f"def divergence(*rates):\n    return {formula.replace(' - ', ' + 3 - ', 1)}\n") == ([], 0)


@pytest.mark.parametrize("prior", ["Normal(0, 1)", "Normal(zeros_like(loc), ones_like(scale))"])
def test_divergences_of_library_objects_are_seen_whatever_their_names(prior: str) -> None:
    assert audited(f"def f(loc, scale):\n    return kl_divergence(Normal(loc, scale), {prior}).sum(-1)\n") == ([], 1)


# --- the cells of a notebook ---------------------------------------------------------------------------------------

KL = "kl = -0.5 * torch.sum(1 + logvar - mu**2 - {})\n"


def notebook(*cells: str) -> list[Finding]:
    text = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells], "nbformat": 4})
    return audit_file(Found(Path("n.ipynb"), text.encode()), chosen())[0]


def test_cells_are_read_as_one_module() -> None:
    helper = "%time\ndef variance(x):\n    return torch.exp({}x)"
    assert notebook(helper.format(""), "!ls\n" + KL.format("variance(logvar)")) == []
    (finding,) = notebook(helper.format("0.5*"), "def f(:", "\n" + KL.format("variance(logvar)"))
    assert (finding.place, finding.code) == ("n.ipynb:cell 3:2:6", "DK003")
    assert finding.extents == ((2, 2),)
    assert not finding.repair


def test_a_repair_is_of_the_cell_of_its_finding() -> None:
    assigned = "# twice\nstd = torch.exp(logvar)\n"
    (finding,) = notebook("import torch\n", assigned + KL.format("std**2"))
    assert (finding.line, finding.repair) == (3, ((2, 7, 2, 24, "torch.exp(0.5 * logvar)"),))
    (finding,) = notebook(assigned, KL.format("std**2"))
    assert (finding.line, finding.repair) == (1, ())


def test_a_sampler_of_another_cell_is_named_with_it() -> None:
    sampler = "def z(mu, logvar):\n    return mu + torch.exp({}logvar) * torch.randn_like(mu)\n"
    assert notebook(sampler.format("0.5*"), KL.format("logvar.exp()")) == []
    (finding,) = notebook("import torch", sampler.format(""), KL.format("logvar.exp()"))
    assert "the sampler at cell 2, line 2 (z)" in finding.message


def test_two_classes_of_one_name_are_two() -> None:
    draws = "class A:\n  def z(self):\n    return self.m + torch.exp({}self.s) * torch.randn_like(self.m)\n"
    kl = "  def kl(self):\n    return 0.5 * torch.sum(self.m**2 + torch.exp(self.s) - 1 - self.s)\n"
    assert [f.code for f in notebook(draws.format("") + kl, draws.format("0.5*") + kl)] == ["DK011"]
    assert notebook(draws.format(""), draws.format("0.5*") + kl) == []


def test_a_command_of_several_lines_is_no_python() -> None:
    assert [f.place for f in notebook("!pip install \\\n    torch\n" + KL.format("logvar"))] == ["n.ipynb:cell 1:3:6"]


def test_what_was_found_before_the_work_is_spent_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "FILE_STEPS", 60_000)
    lines = [f"def f{k}(mu, logvar):\n    {KL.format('logvar')}" for k in range(99)]
    found, unread, _, _ = audit_file(Found(Path("m.py"), "".join(lines).encode()), chosen())
    assert unread == ["m.py: skipped: more than 60,000 steps of work"]
    assert 0 < len(found) < 99
