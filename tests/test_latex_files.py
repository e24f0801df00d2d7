"""The emitted LaTeX files: what is in the folder, and the rules that make a fragment usable anywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
import sympy as sp
from derive.proofs import REGISTRY
from latex_sample import CLOSED, MATERIAL, NORMAL, THEOREMS, f, mu1, mu2, std, std1, std2

from derive.emit.latex import emit, emitted_fragments, proof
from derive.emit.latex.macros import MACROS
from derive.emit.latex.printer import Printer
from derive.emit.latex.rows import alignment, alone, chains, expression
from derive.emit.latex.words import sentence, text_latex
from derive.errors import UsageError
from derive.vocabulary.theorem import KL, Condition, Domain, Row, Short, Theorem, Variable, written

REAL = SimpleNamespace(
    registry=REGISTRY,
    kernels=(),
    checked=tuple(SimpleNamespace(theorem=t, digest=t.digest) for t in REGISTRY.theorems.values()),
)
FILES = {**{"sample/" + name: data for name, data in emit(MATERIAL).items()}, **emit(REAL)}
TEXTS = {name: data.decode("utf-8") for name, data in FILES.items()}
#: Those that have a file of their own, and those that formulas.tex alone holds, as files.
FRAGMENTS = {
    place + name: data.decode("utf-8")
    for place, material in (("sample/", MATERIAL), ("", REAL))
    for name, data in (fragment.file() for fragment in emitted_fragments(material))
}
ROWS = {name for name in FRAGMENTS if name.endswith("-align.tex")}

#: What makes a fragment unusable inside someone else's mathematics.
FORBIDDEN = {
    "an environment": r"\\(?:begin|end)\b",
    "a label": r"\\(?:label|ref|eqref|tag)\b",
    "a preamble": r"\\(?:documentclass|usepackage|newcommand|def|providecommand)\b",
    "a change of mode": r"\$|\\\[|\\\(|\\\]|\\\)",
    "a blank line": r"(?m)^\s*$",
    "two signs in a row": r"[-+]\s*[-+]",
    "two superscripts": r"\^(?:\w|\{[^{}]*\})\^",
    "two subscripts": r"_(?:\w|\{[^{}]*\})_",
    "a name that was not translated": r"(?<![A-Za-z\\])(?!KL)[A-Za-z]{2,}[0-9]|\\mathrm\{(?:std|var|log[sv])",
    "SymPy's own spelling": r"\\left\(\{|\\operatorname\{(?:log|exp)\}|\\log\{",
}


def body(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("%")) + "\n"


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_no_fragment_breaks_the_rule(rule: str) -> None:
    words = re.compile(r"\\text\{.*?\}(?= |%|$)|\\(?:deriveKL|deriveN|deriveE|derive\w+)")
    # What stands for a column is aligned, an environment that may stand anywhere in mathematics.
    texts = {name: re.sub(r"\\(?:begin|end)\{aligned\}", "", body(text)) for name, text in FRAGMENTS.items()}
    breaking = [name for name, text in texts.items() if re.search(FORBIDDEN[rule], words.sub("", text[:-1]))]
    assert breaking == []


def test_each_fragment_is_one_expression_or_rows_and_ends_without_a_space() -> None:
    for name, text in FRAGMENTS.items():
        check_shape(name, text)


def check_shape(name: str, text: str) -> None:
    lines = body(text).splitlines()
    assert text.endswith("%\n"), name
    assert lines[-1].endswith("%")
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") - text.count(r"\left\l") == text.count(r"\right") - text.count(r"\right\r")
    if name in ROWS:
        forms = [lines]
        if lines[0] == r"\derivefit{%":
            middle = lines.index("}{%")
            forms = [lines[1:middle], lines[middle + 1 : -1]]
        for form in forms:
            assert all(line.endswith(r"\\") for line in form[:-1])
            assert all("&" in line for line in form)
    else:
        assert len(lines) == 1, name
        whole, _, column = lines[0].partition(r"}{\begin{aligned}")
        assert whole.startswith((r"\deriveform{", r"\derivewide{")) == bool(column)
        assert "&" not in whole
        assert r"\\" not in whole


def test_headers_say_what_the_files_are() -> None:
    for name in TEXTS:
        check_header(name)


def check_header(name: str) -> None:
    header = [line for line in TEXTS[name].splitlines() if line.startswith("%")]
    text = "\n".join(header)
    assert "SPDX-License-Identifier: MIT" in text, name
    assert "derive all" in text
    assert max(map(len, header)) <= 120
    if name in FRAGMENTS or "/proof-" in name:
        said = " ".join(text.replace("\n%", "").split())
        cited = re.search(r"Cite as: derive-kl, (?:proof of )?(?:theorem|formula) ([\w-]+).*, statement (\w+) ", said)
        assert cited, "does not say how to cite it"
        assert said.count(cited[2]) == 2, "cited by another digest than the statement's"
        assert cited[1] in name
        of = re.search(r"of theorem ([\w-]+)", cited[0])
        if of and not name.startswith("sample/"):
            assert cited[2] == REGISTRY.theorems[of[1]].digest, "a digest that the manifest does not have"
        assert "amsmath" in text
        assert "macros.tex" in text
    assert not re.search(r"\b20[0-9]{2}-[0-9]{2}|/tmp|/home|/work", TEXTS[name])


def test_folder_holds_a_fragment_per_formula_and_statement_and_a_proof_per_theorem() -> None:
    names = {name.removeprefix("latex/").removesuffix(".tex") for name in emit(REAL)}
    defined = set(re.findall(r"\\derivedefine\{([^}]+)\}", TEXTS["latex/formulas.tex"]))
    for theorem in REGISTRY.theorems.values():
        assert f"proof-{theorem.id}" in names and f"statement-{theorem.id}-align" in defined
        assert {f"statement-{theorem.id}", f"statement-{theorem.id}-1"} & names & defined
        for formula in theorem.formulas:
            assert formula.name in names and {formula.name, f"{formula.name}-rhs"} <= defined
    assert {"macros", "macros-web", "check"} <= names


def test_a_short_proof_has_its_idea_and_at_most_five_lines_that_the_full_one_decides() -> None:
    short = [theorem for theorem in REGISTRY.theorems.values() if theorem.short]
    assert len(short) >= 7
    for theorem in short:
        rows = theorem.outline()
        assert 1 <= len(rows) <= 5
        decided = [row for step in theorem.steps for row in step.conclusions()]
        assert all(replace(row, reason="") in [replace(d, reason="") for d in decided] for row in rows)
        text = TEXTS[f"latex/proof-{theorem.id}-short.tex"]
        assert sentence(theorem.short.idea) in text and r"\deriveqed" in text  # type: ignore[union-attr]
    with pytest.raises(UsageError, match="no step of it"):
        replace(short[0], short=Short("an idea", ("nowhere",))).outline()


def test_check_inputs_every_file_and_only_files_that_exist() -> None:
    for material in (MATERIAL, REAL):
        files = emit(material)
        asked = set(re.findall(r"\\input\{([^}]+)\}", files["latex/check.tex"].decode()))
        assert {f"latex/{name}.tex" for name in asked} | {"latex/check.tex"} == set(files)


def test_every_macro_is_provided_and_every_provided_macro_is_used() -> None:
    macros = TEXTS["latex/macros.tex"]
    for _, definition in MACROS:
        assert definition in macros
        assert definition.startswith(r"\providecommand{\derive")
    provided = set(re.findall(r"\\providecommand\{(\\derive\w+)\}", macros))
    used = {
        m for name, text in TEXTS.items() if "macros" not in name for m in re.findall(r"\\derive[A-Za-z]+", body(text))
    }
    # Those that choose between two forms are used by one another.
    used |= {m for _, definition in MACROS for m in re.findall(r"\\derive[A-Za-z]+", definition.partition("}")[2])}
    assert used == provided


def test_a_second_row_about_the_same_continues_the_chain() -> None:
    head = KL(mu1, std1, mu2, std2)
    rows = (Row(head, "=", CLOSED), Row(head, "=", std1), Row(std1, ">=", std2), Row(std1, "=", mu1))
    assert [len(chain) for chain in chains(rows)] == [2, 1, 1]
    assert len(chains((Row(head, "=", CLOSED), Row(None, "=", CLOSED)))[0]) == 1
    text = expression(Printer({v.name: v.latex for v in NORMAL}), chains(rows)[0])
    assert text.count(r"\deriveKL") == 1
    assert text.endswith(r"= \sigma_1")


def says_domain(text: str, variable: Variable) -> bool:
    """Whether a bound that no number below 0 passes, or a set, stands beside the variable."""
    letter, text = re.escape(variable.latex), text.replace(r"\quad", " ")
    if variable.domain in (Domain.INTEGER, Domain.NATURAL):
        return rf"{variable.latex} \in" in text
    return re.search(rf"(?<![\w\\]){letter} (?:> \d|\\ge [1-9])|\d (?:<|\\le) {letter}(?!\w)", text) is not None


def order_relations(theorem: Theorem) -> list[tuple[int, set[Variable]]]:
    """The places, in the list of its expressions, of its order relations, and their variables of narrower domains."""
    narrow = {v.symbol: v for v in theorem.variables if v.domain is not Domain.REAL}
    return [
        (place, {narrow[s] for row in chain for s in row.free_symbols & narrow.keys()})
        for place, chain in enumerate(chains(theorem.statement))
        if any(row.relation != "=" for row in chain)
    ]


def test_an_order_relation_says_the_domains_of_its_variables_in_every_form() -> None:
    checked = 0
    for theorem in REGISTRY.theorems.values():
        count = len(chains(theorem.statement))
        for place, variables in order_relations(theorem):
            name = f"statement-{theorem.id}" + (f"-{place + 1}" if count > 1 else "")
            expressions = re.split(r"\}\{(?=\\begin\{aligned\})", FRAGMENTS[f"latex/{name}.tex"])
            rows = FRAGMENTS[f"latex/statement-{theorem.id}-align.tex"].split("}{%")
            texts = [*expressions, *rows, TEXTS[f"latex/proof-{theorem.id}.tex"]]
            for variable in variables:
                checked += 1
                assert [says_domain(body(text), variable) for text in texts] == [True] * len(texts), (name, variable)
    assert checked >= 8
    assert body(FRAGMENTS["latex/statement-steeper-2.tex"]) == "2(s + 1) > 2 \\quad\\text{for }s > 0%\n"
    assert r"\ge 0 \quad\text{for }\sigma > 0" in TEXTS["latex/proof-same-optimum-short.tex"]


K, N = sp.Symbol("k", integer=True), sp.Symbol("n", integer=True, nonnegative=True)
with written():
    ALONE = {
        "a root": (Row(sp.sqrt(std**2), "=", std), r"\sqrt{\sigma^2} = \sigma \quad\text{for }\sigma > 0"),
        "a logarithm": (
            Row(sp.log(std**2), "=", 2 * sp.log(std)),
            r"\log(\sigma^2) = 2\log\sigma \quad\text{for }\sigma > 0",
        ),
        "an absolute value": (Row(sp.Abs(std), "=", std), r"\lvert\sigma\rvert = \sigma \quad\text{for }\sigma > 0"),
        "integers": (Row((-1) ** (2 * K), "=", sp.Integer(1)), r"(-1)^{2k} = 1 \quad\text{for }k \in \mathbb{Z}"),
        "naturals": (Row(N, ">=", sp.Integer(0)), r"n \ge 0 \quad\text{for }n \in \{0, 1, 2, \dots\}"),
        "the real line": (Row(mu1**2, ">=", sp.Integer(0)), r"\mu_1^2 \ge 0"),
        "both sides defined": (Row(std**2 / std, "=", std), r"\frac{\sigma^2}{\sigma} = \sigma"),
        "an exponential": (Row(sp.exp(std + std), "=", sp.exp(2 * std)), r"e^{\sigma + \sigma} = e^{2\sigma}"),
        "a named function": (Row(f(mu1, std), "=", sp.log(std)), r"f(\mu_1, \sigma) = \log\sigma"),
        "a bound that says it": (
            Row(std**2, ">=", std, where=(Condition(std, ">=", sp.Integer(1)),)),
            r"\sigma^2 \ge \sigma \quad\text{for }\sigma \ge 1",
        ),
        "a bound that does not": (
            Row(std**2, "<", std, where=(Condition(std, "<", sp.Integer(1)),)),
            r"\sigma^2 < \sigma \quad\text{for }0 < \sigma < 1",
        ),
    }


@pytest.mark.parametrize("name", ALONE)
def test_a_row_alone_says_the_domain_without_which_it_would_be_false(name: str) -> None:
    row, text = ALONE[name]
    printer = Printer({v.name: v.latex for v in NORMAL} | {"std": r"\sigma"})
    assert expression(printer, alone((row,))) == text


def test_a_chain_says_its_domain_once() -> None:
    rows = (Row(std + 1, "=", 1 + std), Row(None, ">", sp.Integer(1)))
    text = expression(Printer({"std": r"\sigma"}), alone(rows))
    assert text.endswith(r"> 1 \quad\text{for }\sigma > 0") and text.count("text") == 1


def test_a_wide_sum_is_cut_between_its_summands() -> None:
    step = THEOREMS[0].steps[1]
    text = proof(replace(THEOREMS[0], steps=(step, step)))
    assert text.count(r"&\quad{} ") >= 2
    assert r"\tag*{(a long reason" in text


@pytest.mark.parametrize("tagged", [True, False])
def test_a_reason_longer_than_a_line_is_cut_between_words_and_never_in_mathematics(tagged: bool) -> None:
    reason = "first one and then the other, " * 4 + "where $a + b = c + d$"
    found = alignment(Printer(), (Row(sp.Symbol("a"), "=", sp.Integer(1), reason),), tagged=tagged)
    assert len(found) >= 3
    assert all(len(line) < 110 and line.count("$") % 2 == 0 for line in found)
    assert not any("tag" in line for line in found)


def test_words_are_escaped_and_their_mathematics_is_not() -> None:
    assert text_latex(r"50% of a_b & $\sigma_1^2$ – “so”") == r"50\% of a\_b \& $\sigma_1^2$ -- ``so''"
    assert text_latex('the "usual" form') == "the ``usual'' form"
    assert sentence("by parts") == "By parts."
    assert sentence("f falls") == "f falls."
    assert sentence("a density") == "A density."
    with pytest.raises(ValueError, match="pair up"):
        text_latex("cost $5")
    with pytest.raises(ValueError, match="no LaTeX for ж"):
        text_latex("ж")


def test_emission_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "import hashlib, latex_sample; from derive.emit.latex import emit;"
        "print(hashlib.sha256(repr(emit(latex_sample.MATERIAL)).encode()).hexdigest())"
    )
    here = os.path.dirname(__file__)
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": here},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


def test_symbols_are_never_read_off_by_chance() -> None:
    with pytest.raises(NotImplementedError, match="declare it"):
        Printer().latex(sp.Symbol("log_var_1"))
