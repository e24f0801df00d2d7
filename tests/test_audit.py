"""`derive audit`: what it reports, what it never reports, and how it behaves as a linter."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from identify_corpus import CASES, OTHER, WRONG
from spellings import right

from derive.audit import candidates
from derive.audit.codes import CODES, chosen
from derive.audit.files import Found
from derive.audit.findings import audit_file
from derive.cli import run
from derive.identify.read.python.expression import Reader
from derive.identify.read.python.text import Value, values

ALL = frozenset(CODES)
DEFAULT = chosen()


def codes(tmp_path: Path, source: str, selected: frozenset[str] = DEFAULT) -> list[str]:
    file = tmp_path / "model.py"
    file.write_text(textwrap.dedent(source))
    findings, skipped, read, _ = audit_file(Found(file), selected)
    assert not skipped
    assert read
    return [f.code for f in findings]


CORRECT = {
    "pytorch example": """
        class VAE(nn.Module):
            def reparameterize(self, mu, logvar):
                std = torch.exp(0.5*logvar)
                eps = torch.randn_like(std)
                return mu + eps*std

        def loss_function(recon_x, x, mu, logvar):
            BCE = F.binary_cross_entropy(recon_x, x.view(-1, 784), reduction='sum')
            KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
            return BCE + KLD
        """,
    "keras example": """
        def sampling(args):
            z_mean, z_log_var = args
            epsilon = K.random_normal(shape=(K.shape(z_mean)[0], latent_dim), mean=0., stddev=epsilon_std)
            return z_mean + K.exp(z_log_var / 2) * epsilon

        def vae_loss(x, x_decoded_mean):
            xent_loss = original_dim * metrics.binary_crossentropy(x, x_decoded_mean)
            kl_loss = - 0.5 * K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
            return K.mean(xent_loss + kl_loss)
        """,
    "keras model": """
        class VAE(keras.Model):
            def train_step(self, data):
                with tf.GradientTape() as tape:
                    z_mean, z_log_var, z = self.encoder(data)
                    kl_loss = -0.5 * (1 + z_log_var - tf.square(z_mean) - tf.exp(z_log_var))
                    kl_loss = tf.reduce_mean(tf.reduce_sum(kl_loss, axis=1))
                    total_loss = reconstruction_loss + kl_loss
                return total_loss

            def call(self, inputs):
                batch = tf.shape(z_mean)[0]
                epsilon = tf.random.normal(shape=(batch, 2))
                return z_mean + tf.exp(0.5 * z_log_var) * epsilon
        """,
    "several steps": """
        def kl(z_mean, z_log_var):
            kl_loss = 1 + z_log_var - K.square(z_mean) - K.exp(z_log_var)
            kl_loss = K.sum(kl_loss, axis=-1)
            kl_loss *= -0.5
            return kl_loss
        """,
    "built up": """
        def kl(mu, logvar):
            t = 1 + logvar
            t = t - mu.pow(2)
            t = t - logvar.exp()
            return -0.5 * t.sum()
        """,
    "in a call": """
        class Layer:
            def call(self, z_mean, z_log_var):
                self.add_loss(losses.scale(-0.5 * K.mean(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var))))
                return dict(kl=-0.5 * K.mean(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var)))
        """,
    "diffusion": """
        def normal_kl(mean1, logvar1, mean2, logvar2):
            logvar1, logvar2 = [x if isinstance(x, th.Tensor) else th.tensor(x).to(tensor) for x in (logvar1, logvar2)]
            return 0.5 * (-1.0 + logvar2 - logvar1 + th.exp(logvar1 - logvar2) + ((mean1 - mean2) ** 2) *
            th.exp(-logvar2))

        def discretized_gaussian_log_likelihood(x, means, log_scales):
            centered_x = x - means
            inv_stdv = th.exp(-log_scales)
            return th.log(cdf_plus.clamp(min=1e-12)) * inv_stdv
        """,
    "bayes by backprop": """
        class BayesLinear(nn.Module):
            def forward(self, x):
                w_sigma = torch.log1p(torch.exp(self.w_rho))
                w = self.w_mu + w_sigma * torch.randn_like(self.w_mu)
                return F.linear(x, w)

            def kl(self):
                w_sigma = torch.log1p(torch.exp(self.w_rho))
                return (torch.log(self.prior_sigma / w_sigma) + (w_sigma**2 + self.w_mu**2) / (2 *
                self.prior_sigma**2) - 0.5).sum()
        """,
    "likelihoods": """
        def gaussian_nll(x, mu, logvar):
            return 0.5 * (logvar + (x - mu)**2 / logvar.exp() + math.log(2 * math.pi)).sum()

        def log_prob(x, mean, std):
            var = std**2
            return -((x - mean) ** 2) / (2 * var) - torch.log(std) - math.log(math.sqrt(2 * math.pi))

        def entropy(log_std):
            return (0.5 + 0.5 * math.log(2 * math.pi) + log_std).sum(-1)

        def squashed(mu, std, pi):
            logp = -0.5 * (((pi - mu) / (std + 1e-8))**2 + 2 * torch.log(std) + np.log(2 * np.pi))
            return logp - (2 * (np.log(2) - pi - F.softplus(-2 * pi)))
        """,
    "other divergences": """
        def bernoulli(p, q):
            return p * torch.log(p / q) + (1 - p) * torch.log((1 - p) / (1 - q))

        def bhattacharyya(mu1, var1, mu2, var2):
            return 0.25 * (mu1 - mu2)**2 / (var1 + var2) + 0.5 * torch.log((var1 + var2) / (2 * torch.sqrt(var1 *
            var2)))

        def gamma_kl(a, b):
            return (a - 1) * torch.digamma(a) - torch.lgamma(a) + torch.log(b) + a * (1 - b) / b
        """,
    "policy gradients": """
        def update(logp, old_logp, ref_logp, adv):
            ratio = torch.exp(logp - old_logp)
            approx_kl = ((ratio - 1) - (logp - old_logp)).mean()
            kl = torch.exp(ref_logp - logp) - (ref_logp - logp) - 1
            loss = -torch.min(ratio * adv, torch.clamp(ratio, 0.8, 1.2) * adv).mean() + 0.04 * kl.mean()
            return loss, 0.5 * (logp - old_logp)**2
        """,
    "beta and free bits": """
        def loss(mu, logvar, recon, beta, C):
            kld = torch.clamp(-0.5 * (1 + logvar - mu.pow(2) - logvar.exp()), min=0.1).sum(1).mean()
            return recon + beta * (kld - C).abs()
        """,
    "minus the divergence": """
        class Optimizer:
            def __init__(self, preds, labels, model, num_nodes):
                self.cost = norm * tf.reduce_mean(weighted_cross_entropy(logits=preds, targets=labels))
                self.log_lik = self.cost
                self.kl = (0.5 / num_nodes) * tf.reduce_mean(tf.reduce_sum(1 + 2 * model.z_log_std -
                tf.square(model.z_mean) -
                                                                           tf.square(tf.exp(model.z_log_std)), 1))
                self.cost -= self.kl
        """,
    "temperature": """
        def sample(mu, logvar, temperature):
            return mu + temperature * torch.exp(0.5 * logvar) * torch.randn_like(mu)

        def kl(mu, logvar):
            return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        """,
    "related names": """
        def kl(mu, logvar, var, std):
            a = -0.5 * torch.sum(1 + logvar - mu ** 2 - var)
            return a + -0.5 * torch.sum(1 + logvar - mu ** 2 - std ** 2)
        """,
}


@pytest.mark.parametrize("name", CORRECT)
def test_correct_code_is_silent(name, tmp_path):
    assert codes(tmp_path, CORRECT[name]) == []


def test_correct_formulas_are_silent(tmp_path):
    right_ones = [
        c
        for c in CASES
        if c.verdict in ("kl", "affine_kl", "estimator") and c.names is not False and "\\" not in c.text and not c.same
    ]
    assert len(right_ones) > 50
    for case in right_ones:
        lines = case.text.split("\n")
        body = [*lines[:-1], lines[-1] if lines[-1].count(" = ") or "*=" in lines[-1] else f"return {lines[-1]}"]
        assert codes(tmp_path, "def f():\n" + "\n".join("    " + line for line in body)) == [], case.text
    for text in OTHER:
        if "\\" not in text:
            assert codes(tmp_path, f"def f():\n    return {text}\n") == [], text


@pytest.mark.parametrize("seed", range(40))
def test_random_right_spellings_are_silent(seed, tmp_path):
    assert codes(tmp_path, f"def f():\n    loss = {right(random.Random(seed)).text}\n    return loss\n") == []


@pytest.mark.parametrize("case", [c for c in WRONG if not c.same], ids=str)
def test_wrong_formulas_are_found(case, tmp_path):
    found = codes(tmp_path, f"def f():\n    recon = mse(x, y)\n    return recon + beta * ({case.text})\n")
    assert found
    assert all(code < "DK010" for code in found)


def _examples(code: str) -> tuple[str, str]:
    return CODES[code].bad, CODES[code].good


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_shown_by_its_own_example(code, tmp_path):
    bad, good = _examples(code)
    if code in ("DK011", "DK012"):
        bad, good = (text.replace("   # with   ", "\nkl = ") for text in (bad, good))
    assert code in codes(tmp_path, bad, ALL)
    assert code not in codes(tmp_path, good, ALL)


def test_the_sampler_of_the_same_class_or_module_counts(tmp_path):
    sampler = "return mu + torch.exp(logvar) * torch.randn_like(mu)"
    kl = "return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())"
    in_class = (
        f"class A:\n    def z(self, mu, logvar):\n        {sampler}\n    def kl(self, mu, logvar):\n        {kl}\n"
    )
    assert codes(tmp_path, in_class) == ["DK011"]
    in_module = f"def z(mu, logvar):\n    {sampler}\ndef kl(mu, logvar):\n    {kl}\n"
    assert codes(tmp_path, in_module) == ["DK011"]
    nearer = (
        in_class + f"class B:\n    def z(self, mu, logvar):\n        {sampler.replace('logvar)', '0.5*logvar)')}\n   "
        f" def kl(self, mu, logvar):\n        {kl}\n"
    )
    assert codes(tmp_path, nearer) == ["DK011"]
    steps = (
        "def f(mu, logvar):\n    std = torch.exp(logvar)\n    eps = torch.randn_like(std)\n    z ="
        " eps.mul(std).add(mu)\n" + "    " + kl + "\n"
    )
    assert codes(tmp_path, steps) == ["DK011"]


@pytest.mark.parametrize(
    ("mean", "owner", "found"),
    [
        ("x", "", []),  # another Gaussian, whose scale has the same name
        ("mu", "", ["DK011"]),
        ("x", "class B:", []),
        ("self.mu", "class B:", ["DK011"]),
        ("x", "class A:", ["DK011"]),
    ],
)
def test_a_sampler_of_another_function_is_of_this_gaussian_where_it_has_its_mean(mean, owner, found, tmp_path):
    sampler = f"def z(x, mu, logvar):\n return {mean} + torch.exp(logvar) * torch.randn_like(x)\n"
    kl = "def kl(mu, logvar):\n return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())\n"
    own = textwrap.indent(sampler, "  ") if owner else sampler
    in_class = f"class A:\n{textwrap.indent(kl, '  ')}" if owner == "class A:" else kl
    source = f"{in_class}{own}" if owner == "class A:" else f"{owner}\n{own}{in_class}"
    assert codes(tmp_path, source) == found


def test_attributes_of_two_classes_are_two_quantities(tmp_path):
    sampler = "class A:\n def z(self):\n  return self.mu + torch.exp(self.s) * torch.randn_like(self.s)\n"
    kl = " def kl(self):\n  return 0.5 * torch.sum({0}mu**2 + torch.exp({0}s) - 1 - {0}s)\n"
    assert codes(tmp_path, f"{sampler}class B:\n{kl.format('self.')}") == []
    assert codes(tmp_path, f"{sampler}class B:\n{kl.format('')}") == ["DK011"]
    assert codes(tmp_path, sampler + kl.format("self.")) == ["DK011"]
    function = "def z(mu, s):\n return mu + torch.exp(s) * torch.randn_like(s)\n"
    assert codes(tmp_path, f"{function}class B:\n{kl.format('self.')}") == ["DK011"]


def test_the_sampler_that_disagrees_is_named_with_its_line(tmp_path):
    file = tmp_path / "m.py"
    kl = "return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())"
    file.write_text(
        "class A:\n    def z(self, mu, logvar):\n        return mu + torch.exp(logvar) * torch.randn_like(mu)\n"
        f"    def kl(self, mu, logvar):\n        {kl}\n"
    )
    ((finding,), *_) = audit_file(Found(file), DEFAULT)
    assert finding.message == (
        "the divergence takes logvar for the log-variance, "
        "the sampler at line 3 (A.z) for the log of the standard deviation"
    )


def test_a_formula_has_no_guard_of_an_equal_one(tmp_path):
    kl = "    return -0.5 * torch.sum(1 + logvar - mu**2 - torch.exp(logvar))\n"
    plain, guarded = (
        f"def b(mu, logvar):\n{kl}",
        f"def a(mu, logvar):\n    logvar = torch.clamp(logvar, max=10000)\n{kl}",
    )
    for source, line in ((guarded + plain, 3), (plain + guarded, 5)):
        file = tmp_path / "m.py"
        file.write_text(source)
        ((finding,), *_) = audit_file(Found(file), frozenset(["DK023"]))
        assert finding.line == line
        assert finding.message == "clamp: logvar is limited to at most 10000; the gradient is zero above"


def test_a_finding_has_the_place_of_the_formula(tmp_path, capsys):
    file = tmp_path / "m.py"
    file.write_text(
        "def f(mu, logvar):\n    kld = -0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())\n    return kld\n"
    )
    assert run(["audit", str(file)]) == 1
    out = capsys.readouterr().out
    assert out.startswith(f"{file}:2:11: DK002 not a KL divergence: halve the log term")
    assert run(["audit", "--format", "github", str(file)]) == 1
    assert capsys.readouterr().out.startswith(f"::warning file={file},line=2,col=11,title=DK002::")
    assert run(["audit", "--json", str(file)]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["ok"], document["files"]) == (False, 1)
    assert {"path": str(file), "cell": None, "line": 2, "column": 11, "code": "DK002"}.items() <= document["findings"][
        0
    ].items()


@pytest.mark.parametrize(
    ("comment", "status"),
    [
        ("# noqa", 0),
        ("# noqa: DK002", 0),
        ("# noqa: E501, DK002", 0),
        ("# noqa: DK003", 1),
        ("# NOQA:DK002", 0),
        ("# noqa: DK0", 0),
        ("# noqa: E501, DK00", 0),
        ("# noqa: DK01", 1),
        ("# no", 1),
    ],
)
def test_noqa(comment, status, tmp_path):
    (tmp_path / "m.py").write_text(f"kld = -0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())  {comment}\n")
    assert run(["audit", str(tmp_path)]) == status


def test_select_and_ignore(tmp_path, capsys):
    (tmp_path / "m.py").write_text("kld = -torch.sum(1 + log_sigma - mu.pow(2) - log_sigma.exp())\n")
    assert run(["audit", str(tmp_path)]) == 1  # DK010
    assert run(["audit", "--ignore", "DK01", str(tmp_path)]) == 0
    assert run(["audit", "--select", "DK021", str(tmp_path)]) == 1
    assert "DK021 2 times" in capsys.readouterr().out
    assert run(["audit", "--select", "DK9", str(tmp_path)]) == 2
    assert "there is no code" in capsys.readouterr().err


def test_notebooks(tmp_path, capsys):
    wrong = [
        "%matplotlib inline\n",
        "kld = -0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())\n",
        "!pip install x",
    ]
    cells = [
        {"cell_type": "markdown", "source": ["# text"]},
        {"cell_type": "code", "source": ["import torch"]},
        {"cell_type": "code", "source": wrong},
    ]
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps({"cells": cells, "nbformat": 4}))
    assert run(["audit", str(tmp_path)]) == 1
    assert f"{file}:cell 2:2:7: DK002" in capsys.readouterr().out
    file.write_text("{not json")
    assert run(["audit", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert "skipped: not a notebook" in err
    assert "derive: nothing was read\nhint: the lines above say why\n" in err


@pytest.mark.parametrize(
    ("before", "line", "column"),
    [
        ("%time kld = ", 1, 13),
        ("%timeit -n 10 -r 3 kld = ", 1, 26),
        ("    %memit ", 2, 12),
        ("%%writefile loss.py\nkld = ", 2, 7),
        ("%%writefile loss.txt\nkld = ", None, None),
        ("%%wandb\nkld = ", 2, 7),
        ("%prun -s cumtime f(x)\nkld = ", 2, 7),
        ("%time for x in y: pass\nkld = ", 2, 7),
    ],
)
def test_what_a_magic_runs_is_read_at_its_column(before, line, column, tmp_path, capsys):
    before = f"if train:\n{before}" if before.startswith(" ") else before
    cell = before + "-0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())"
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps({"cells": [{"cell_type": "code", "source": [cell]}], "nbformat": 4}))
    assert run(["audit", str(file)]) == (0 if line is None else 1)
    if line is not None:
        assert f"{file}:cell 1:{line}:{column}: DK002" in capsys.readouterr().out
        assert run(["audit", "--fix", str(file)]) == 0
        repaired = json.loads(file.read_text())["cells"][0]["source"]
        assert "".join(repaired) == cell.replace("2 * logvar", "logvar")


def test_syntax_errors_and_bytes_are_reported_and_skipped(tmp_path, capsys):
    (tmp_path / "a.py").write_text("def f(:\n  log exp **\n")
    (tmp_path / "b.py").write_bytes(b"\xff\xfe log exp **")
    (tmp_path / "c.py").write_text("x = " + "(" * 3000 + "log(exp(x**2))" + ")" * 3000)
    (tmp_path / "d.py").write_text("kld = -0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())")
    (tmp_path / "e.py").write_bytes(
        b"# -*- coding: latin-1 -*-\n# \xe9\nkld = -0.5 * sum(1 + 2 * logvar - mu**2 - exp(logvar))\n"
    )
    assert run(["audit", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert captured.err.count("skipped") == 3
    assert "line 1" in captured.err
    assert captured.out.count("DK002") == 2


def test_gitignore_is_respected(tmp_path):
    wrong = "kld = -0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())\n"
    for name in ("build/a.py", "src/keep.py", "src/skip.py", "src/deep/skip.py", ".venv/x.py", "third/b.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wrong)
    (tmp_path / ".gitignore").write_text("build/\nskip.py\n")
    (tmp_path / "src" / ".gitignore").write_text("!/skip.py\n")
    (tmp_path / "third" / ".gitignore").write_text("*\n")
    from derive.audit.files import found

    def names(path: Path) -> list[str]:
        return [f.path.relative_to(tmp_path).as_posix() for f in found([path])]

    assert names(tmp_path) == ["src/keep.py", "src/skip.py"]
    assert names(tmp_path / "build" / "a.py") == ["build/a.py"]  # a file that is named is read
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert names(tmp_path / "src") == ["src/keep.py", "src/skip.py"]
    assert names(tmp_path / "src" / "deep") == []  # by the rule of the repository's root


def test_a_path_that_does_not_exist(capsys):
    assert run(["audit", "/nowhere"]) == 2
    assert "there is no file or folder" in capsys.readouterr().err


def test_explain(capsys):
    for code in CODES:
        assert run(["explain", code]) == 0
        out = capsys.readouterr().out
        assert CODES[code].title in out
        assert CODES[code].bad in out
        assert ("Off unless selected" in out) != CODES[code].default
    assert run(["explain"]) == 0
    for row, code in zip(capsys.readouterr().out.splitlines(), CODES.values(), strict=True):
        assert row.startswith(f"{code.id}  {code.title}") and row.endswith("(off unless selected)") != code.default
    assert run(["explain", "dk003"]) == 0
    capsys.readouterr()
    for name, codes in (
        ("10", ["DK010"]),
        ("DK1", [c for c in CODES if c.startswith("DK01")]),
        ("dk00", list(CODES)[:5]),
    ):
        assert run(["explain", name]) == 0
        titles = [line for line in capsys.readouterr().out.splitlines() if line.startswith("DK")]
        assert [title[:5] for title in titles] == codes
    assert run(["explain", "DK003x"]) == 2
    assert "did you mean DK003?" in capsys.readouterr().err


@pytest.mark.parametrize(("asked", "codes"), [([], list(CODES)), (["DK003"], ["DK003"])])
def test_explain_as_json(asked, codes, capsys):
    assert run(["explain", *asked, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row.pop("code") for row in rows] == codes
    for code, row in zip(codes, rows, strict=True):
        assert row.keys() == {"title", "why", "bad", "good", "default"}
        assert all(value == getattr(CODES[code], name) for name, value in row.items())


def test_a_folder_of_many_files_is_read_whole_and_correct_ones_are_silent(tmp_path):
    """One in ten holds a divergence; `derive bench` times a thousand such files."""
    filler = "\n".join(
        f"def f{i}(x, y):\n    z = self.layer{i}(x) + np.log(y) * np.exp(-x)\n    return {{'a': z, 'b': [x, y]}}\n"
        for i in range(60)
    )
    for i in range(100):
        (tmp_path / f"m{i}.py").write_text(
            filler + (textwrap.dedent(CORRECT["pytorch example"]) if i % 10 == 0 else "")
        )
    assert run(["audit", str(tmp_path)]) == 0
    (tmp_path / "m99.py").write_text(textwrap.dedent(CORRECT["pytorch example"]).replace("1 + logvar", "1 + 2*logvar"))
    assert run(["audit", str(tmp_path)]) == 1


def test_the_hook_definition_names_the_command():
    text = (Path(__file__).parents[1] / ".pre-commit-hooks.yaml").read_text()
    assert "entry: derive audit" in text
    assert "types_or: [python, jupyter]" in text


def test_a_line_that_begins_with_a_percent_sign_inside_brackets_is_no_magic(tmp_path):
    kl = "kl = -0.5 * torch.sum(1 + logvar - mu - logvar.exp())\n"
    cell = f"%matplotlib inline\n{kl}msg = ('%d %f'\n       % (epoch, kl))\n"
    document = {"cells": [{"cell_type": "code", "source": cell}], "nbformat": 4}
    file = tmp_path / "model.ipynb"
    file.write_text(json.dumps(document))
    findings, skipped, _, _ = audit_file(Found(file), DEFAULT)
    assert [f.code for f in findings] == ["DK003"]
    assert not skipped


def test_only_functions_that_can_hold_a_divergence_are_read(tmp_path, monkeypatch):
    """No powers: iterations, exports, `**kwargs`. A sampler is read where there is a divergence to hold it against."""
    read: list[str] = []

    def counted(body: list[ast.stmt], reader: Reader) -> Iterator[Value]:
        read.extend(s.name for s in body if isinstance(s, ast.FunctionDef))
        return values(body, reader)

    monkeypatch.setattr(candidates, "values", counted)
    ordinary = """
        def train(self, iterations, **kwargs):
            logging.info("experiment %s", kwargs.get("export", sqrt(self.variance) - a * b - c))

        def weight(x, std):
            return x / std**2

        def sample(mu, std, shape):
            return mu + std * torch.randn(shape)
        """
    assert codes(tmp_path, ordinary) == []
    assert read == ["weight"]
    read.clear()
    divergence = "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())"
    codes(tmp_path, textwrap.dedent(ordinary) + f"\ndef loss(mu, logvar):\n    return {divergence}\n")
    assert read == ["weight", "loss", "sample"]


def test_no_factor_is_found_of_what_is_inside_an_unknown_function(tmp_path):
    file = tmp_path / "model.py"
    kl = "1 + logvar - mu.pow(2) - logvar.exp()"
    file.write_text(f"def f(self, mu, logvar):\n    return -0.5*self.reduce({kl})\n")
    assert audit_file(Found(file), {"DK020", "DK021"})[0] == []
    file.write_text(f"def f(self, mu, logvar):\n    return torch.sum({kl})\n")
    assert [f.code for f in audit_file(Found(file), {"DK020", "DK021"})[0]] == ["DK021"]
