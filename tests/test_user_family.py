"""A family of the user's own: a folder anywhere, proved with the others; what is incomplete in it is said in words."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp
from flint import arb, ctx

from derive import pipeline
from derive.cli import run
from derive.emit import Material
from derive.emit.c import emit as emit_c
from derive.emit.manifest import manifest
from derive.emit.python import emit as emit_python
from derive.errors import CheckFailed, DeriveError, UsageError
from derive.lower import lower
from derive.prove.ball import evaluate
from derive.stages import folder as proof_folder
from derive.verify.checks import sweep
from derive.verify.checks.integral import integral_set
from derive.verify.families import register, subject_of
from derive.vocabulary.theorem import Registry

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "your-own-family.md").read_text(encoding="utf-8")
RAYLEIGH, RECORD = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
HALF_NORMAL = ROOT / "tests" / "half_normal"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rayleigh.py").write_text(RAYLEIGH, encoding="utf-8")
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "rayleigh.py").write_text(RECORD, encoding="utf-8")
    return tmp_path


def own(registry: Registry) -> list[str]:
    return [id for id in registry.theorems if id not in pipeline.load().theorems]


@pytest.mark.parametrize("name", ["rayleigh", "half_normal"])
def test_the_proofs_of_a_folder_are_decided(name: str, folder: Path) -> None:
    place = folder if name == "rayleigh" else HALF_NORMAL
    ids = own(pipeline.load(place))
    assert len(ids) == 5  # closed form, gradients, two rules, optimum
    checked = pipeline.prove(ids, proofs=place)
    assert set(ids) <= {c.theorem.id for c in checked}


def test_two_folders_do_not_mix(folder: Path) -> None:
    assert {"kl-rayleigh", "gradients-rayleigh"} <= set(own(pipeline.load(folder)))
    assert not any("rayleigh" in id for id in own(pipeline.load(HALF_NORMAL)))
    assert own(pipeline.load()) == []


def test_a_folder_that_has_changed_is_read_anew(folder: Path) -> None:
    pipeline.load(folder)
    (folder / "rayleigh.py").write_text(RAYLEIGH.replace("a density has mass one", "as it must"), encoding="utf-8")
    steps = pipeline.load(folder).theorems["kl-rayleigh"].steps
    assert "as it must" in [step.reason for step in steps]


def test_the_command_shows_and_proves_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "kl-rayleigh", "--proofs", str(folder)]) == 0
    assert "KL(Rayleigh(σ₁) ‖ Rayleigh(σ₂)) = 2 log(σ₂/σ₁) + σ₁²/σ₂² − 1" in capsys.readouterr().out
    assert run(["prove", "kl-rayleigh", "--proofs", str(folder)]) == 0
    assert run(["all", "--help"]) == 0
    assert "Their Python is run" in re.sub(r"\s+", " ", capsys.readouterr().out)


def test_the_checkout_is_not_written_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["all", "--proofs", str(folder)]) == 2
    assert "--proofs needs --out" in capsys.readouterr().err


def test_a_false_step_is_refused_with_a_point(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page shows this message."""
    false = RAYLEIGH.replace("    2 * sigma1**2,\n", "    sigma1**2,\n")
    assert false != RAYLEIGH
    (folder / "rayleigh.py").write_text(false, encoding="utf-8")
    assert run(["prove", "kl-rayleigh", "--proofs", str(folder)]) == 1
    said = capsys.readouterr().err
    shown = re.findall(r"^derive: (.*) = \.\.\.$", PAGE, re.MULTILINE)[0]
    assert shown in said


#: log(p q) of two polynomials in 24 variables: python-flint factors it for hours, in one call that nothing interrupts.
ENDLESS = """
import random

import sympy
from derive.vocabulary.theorem import Identity

_random = random.Random(2)
_all = [Variable(f"b{i}", f"b_{{{i}}}", Domain.POSITIVE, "a number") for i in range(24)]
_p, _q = (
    sympy.Add(*(_random.randint(1, 9) * sympy.Mul(*(b.symbol ** _random.randint(0, 8) for b in _all)) for _ in terms))
    for terms in (range(5), range(8))
)
_log = log(sympy.Add(_p * _q, 0, evaluate=False), evaluate=False)
_step = Identity("same", "as it is", (_log, sympy.Add(_log, 0, evaluate=False)))
THEOREMS += (Theorem("endless", "A long one", tuple(_all), (), _step.conclusions(), (_step,), "nobody"),)
"""


def test_what_nothing_interrupts_is_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.stages.proving.SECONDS", 8.0)
    (folder / "rayleigh.py").write_text(RAYLEIGH + ENDLESS, encoding="utf-8")
    with pytest.raises(CheckFailed, match=r"^endless: undecided: its proof computes for more than 8 s$"):
        pipeline.prove(["endless"], proofs=folder)


def test_a_file_that_is_another_one_when_it_is_proved(folder: Path) -> None:
    """What was proved is what is printed."""
    other = RAYLEIGH.replace('"a density has mass one"', '"as process " + str(__import__("os").getpid())')
    (folder / "rayleigh.py").write_text(other, encoding="utf-8")
    with pytest.raises(CheckFailed, match="says something else each time"):
        pipeline.prove(["kl-rayleigh"], proofs=folder)


#: What SymPy derives for a step is put in, and is another value in the process that prints.
DERIVED = """
import os

from derive.vocabulary.theorem import Expand

_expand = Expand("logs", "expanded", log(sigma1 * sigma2))
_identity = Identity("same", "as it is", (sigma1, sigma1))
_expand.__dict__["value"] = Integer(7) if os.getpid() == PRINTING else log(sigma1) + log(sigma2)
_more = ((SIGMA1, SIGMA2), (), _identity.conclusions(), (_identity, _expand), "nobody")
THEOREMS += (Theorem("expanded", "A product", *_more),)
"""


def test_what_is_derived_is_what_was_decided(folder: Path) -> None:
    text = RAYLEIGH + DERIVED.replace("PRINTING", str(os.getpid()))
    (folder / "rayleigh.py").write_text(text, encoding="utf-8")
    with pytest.raises(CheckFailed, match="expanded: its proof file says something else each time"):
        pipeline.prove(["expanded"], proofs=folder)


@pytest.mark.parametrize("name", ["rayleigh", "half_normal"])
def test_the_record_is_the_integral_and_the_proof(name: str, folder: Path) -> None:
    """Its closed form agrees with quadrature of the definition, and with the formula that was proved."""
    place = folder if name == "rayleigh" else HALF_NORMAL
    registry = pipeline.load(place)
    for file, text in proof_folder.records(place).items():
        register(file, text.decode())
    (divergence,) = registry.families[-1].divergences
    subject = subject_of(divergence.value.name)
    assert integral_set(subject, 0, 6)
    for point in ((1.5, 2.0), (0.25, 3.0)):
        values = dict(zip((v.symbol for v in divergence.value.variables), map(sp.Rational, point), strict=True))
        ctx.prec = 128
        outputs, _ = subject.balls(*map(arb, point))
        for formula, ball in zip((divergence.value, *divergence.gradient), outputs, strict=True):
            assert abs(evaluate(formula.expr, values) - ball) < 1e-30


def test_a_record_that_is_missing_is_said(folder: Path) -> None:
    (folder / "records" / "rayleigh.py").unlink()
    with pytest.raises(UsageError, match=r"records/rayleigh\.py is missing: nothing says"):
        proof_folder.records(folder)


# --- what is incomplete -----------------------------------------------------------------------------------------------


def without(line: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert line in text
        return text.replace(line, "")

    return change


def instead(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


ALL = "(CLOSED_FORM, *CONSEQUENCES)"
LAST = "            (2 * t / sigma1, -(2 * t / sigma2)),\n"
KNOWN = "DEFINITIONS = (P, Q, DIVERGENCE)"
PLURAL = '    plural="Rayleigh distributions",\n'

#: The start of a line that puts something into a frozen record, at the end of a proof file.
_PUT = r"""
from dataclasses import replace as _replace
from sympy.core.cache import clear_cache as _clear_cache
from derive.vocabulary.condition import Condition as _Condition
_clear_cache()  # SymPy hands out what it has of a name
_fake = divergence_of("rayleigh", r"\mathrm{Poisson}")
object.__setattr__"""

INCOMPLETE: tuple[tuple[str, Callable[[str], str], str], ...] = (
    ("no record", lambda text: text[: text.index("FAMILY =")], "rayleigh.py has no FAMILY"),
    ("no theorems", without(f"THEOREMS = {ALL}"), "rayleigh.py has no THEOREMS"),
    ("closed form unproved", instead(ALL, "CONSEQUENCES"), "no theorem in THEOREMS proves kl_rayleigh_sigma"),
    ("rules unproved", instead(ALL, "(CLOSED_FORM,)"), "the rule stable-rayleigh-sigma of kl_rayleigh_sigma is not in"),
    ("no density", instead(KNOWN, "DEFINITIONS = (Q, DIVERGENCE)"), "p_rayleigh is not defined before it"),
    ("no definition", instead(KNOWN, "DEFINITIONS = (P, Q)"), "kl_rayleigh_definition"),
    ("no letter", instead('r"\\sigma"', '""'), "no letter for LaTeX"),
    (
        "one letter for two",
        instead('SIGMA.variable("2")', 'Variable("sigma2", r"\\sigma_1", Domain.POSITIVE, "mode")'),
        "the letter of sigma1",
    ),
    ("no divergences", instead("divergences=DIVERGENCES", "divergences=()"), "has no divergences"),
    ("a missing argument", without(PLURAL), "rayleigh.py, line"),
    ("a name that is not there", instead("import not_positive_log", "import nothing_like_it"), "nothing_like_it"),
    ("no Python", lambda text: text + "\ndef THEOREMS:\n", "SyntaxError"),
    ("a record of another kind", lambda text: text + "\nFAMILY = 3\n", "FAMILY is a int"),
    ("theorems that are none", lambda text: text + "\nTHEOREMS = (P,)\n", "THEOREMS holds a Formula"),
    ("a taken name", instead('name="rayleigh"', 'name="normal"'), "there is a family 'normal' already"),
    ("a name that is none", instead('name="rayleigh"', 'name="Ray leigh"'), "cannot be the name of a family"),
    ("a taken id", instead('id="kl-rayleigh"', 'id="kl-normal"'), "there is a theorem 'kl-normal' already"),
    ("the end of the program", lambda text: text + "\nraise SystemExit(0)\n", "SystemExit: 0"),
    ("an id that is none", lambda text: f"{text}\n{_PUT}(THEOREMS[0], 'id', [1])\n", "id of a Theorem is a list"),
    ("no steps", lambda text: f"{text}\n{_PUT}(THEOREMS[0], 'steps', None)\n", "steps of a Theorem is a NoneType"),
    (
        "a step that cites nothing at all",
        lambda text: f"{text}\n{_PUT}(THEOREMS[0].steps[0], 'cites', None)\n",
        "cites of a Definition is a NoneType",
    ),
    (
        "a family of something else",
        lambda text: f"{text}\n{_PUT}(FAMILY, 'scales', None)\n{_PUT}(FAMILY, 'divergences', 3)\n",
        "TypeError: 'int' object is not iterable",
    ),
    ("a rule missing", without("            -log1pmx(t),\n"), "rayleigh.py, line"),
    (
        "derivatives in another order",
        instead(
            "divergences=DIVERGENCES",
            "divergences=tuple(__import__('dataclasses').replace(d, gradient=d.gradient[::-1]) for d in DIVERGENCES)",
        ),
        "stands where the derivative of kl_rayleigh_sigma by sigma1 belongs",
    ),
    (
        "the divergence of nothing",
        instead(
            'KL = divergence_of("rayleigh", r"\\mathrm{Rayleigh}")', 'KL = __import__("sympy").Function("distance")'
        ),
        "kl_rayleigh_sigma is of distance(sigma1, sigma2), which is no divergence",
    ),
    (
        "a closed form for some parameters",
        lambda text: f"{text}\n{_PUT}(kl_sigma, 'where', (_Condition(sigma1, '>', Integer(1)),))\n",
        "kl_rayleigh_sigma holds for sigma1 > 1 alone",
    ),
    (
        "a closed form that prints as another family's",
        lambda text: f"{text}\n{_PUT}(DIVERGENCES[0], 'value', _replace(kl_sigma, head=_fake(sigma1, sigma2)))\n",
        "the head of kl_rayleigh_sigma prints as another one",
    ),
    (
        "a divergence of a class of its own",
        lambda text: f"{text}\nclass Sly(type(DIVERGENCES[0])): ...\n{_PUT}(FAMILY.divergences[0], '__class__', Sly)\n",
        "a divergence of the family rayleigh is a Sly",
    ),
    ("a derivative missing", instead(LAST, "            (2 * t / sigma1,),\n"), "rayleigh.py, line"),
)


@pytest.mark.parametrize(("change", "said"), [row[1:] for row in INCOMPLETE], ids=[row[0] for row in INCOMPLETE])
def test_what_is_incomplete_is_said(change: Callable[[str], str], said: str, folder: Path) -> None:
    (folder / "rayleigh.py").write_text(change(RAYLEIGH), encoding="utf-8")
    with pytest.raises(DeriveError, match=re.escape(said)) as raised:
        pipeline.prove(own(pipeline.load(folder)), proofs=folder)
    assert isinstance(raised.value, UsageError | CheckFailed)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder of proof files"):
        pipeline.load(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="there is no proof file in"):
        pipeline.load(tmp_path)
    (tmp_path / "two-words.py").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be imported under this name"):
        pipeline.load(tmp_path)


# --- from the proofs to the files -----------------------------------------------------------------------------------


def test_its_files_are_verified_by_its_record(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its code for C and NumPy alone; `derive all --proofs` makes that of the shipped families too, in minutes."""
    registry = pipeline.load(folder)
    alone = replace(registry, families=registry.families[-1:])
    made = Material(alone, (), (lowered := lower(alone)).kernels, lowered.vectors)
    files = emit_c(made) | emit_python(made)
    out = tmp_path / "out"
    for path, content in manifest(made, files).items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content)
    monkeypatch.setattr(sweep, "QUICK", {1: 500, 2: 500})
    assert run(["-q", "verify", str(out), "--proofs", str(folder)]) == 0
    capsys.readouterr()
    monkeypatch.setattr("derive.verify.families._REGISTERED", {})
    assert run(["-q", "verify", str(out)]) == 1
    said = capsys.readouterr().err
    assert "no family's record knows kl_rayleigh_sigma" in said
    assert "--proofs DIR, where their proofs lie" in said
