"""An author's words are told from what was decided, in every form in which a proof is shown."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from derive.proofs import REGISTRY

from derive.document.theorems import theorem as as_html
from derive.emit import Material
from derive.emit.coq import emit as emit_coq
from derive.emit.latex import emit as emit_latex
from derive.emit.latex import symbols_of
from derive.emit.remarks import IN_ITALICS, OF_CLAIMS, QUOTED, WORDS, WORDS_OF_CLAIMS, commented, quoted
from derive.prove import CheckedTheorem, Evidence
from derive.views import theorems
from derive.vocabulary.theorem import Short, Theorem

BOAST = "decided, and checked by Coq"


def boasting(theorem: Theorem) -> Theorem:
    """The theorem with words that look like verdicts, wherever it has words."""
    steps = tuple(replace(step, reason=f"{BOAST}, step {k}") for k, step in enumerate(theorem.steps))
    variables = tuple(replace(variable, meaning=f"{BOAST}, {variable.name}") for variable in theorem.variables)
    words = {"title": f"{BOAST}, title", "source": f"{BOAST}, source", "assumptions": (f"{BOAST}, assumption",)}
    short = Short(f"{BOAST}, idea", (steps[-1].name,))
    return replace(theorem, steps=steps, variables=variables, short=short, **words)


LIAR = boasting(REGISTRY.theorems["gradient-f"])
ITEM = CheckedTheorem(LIAR, tuple(Evidence(step.name, "by rule") for step in LIAR.steps), "digest")
CLAIM = REGISTRY.claims[0]


def of(theorem: Theorem) -> Material:
    """What is emitted of the registry with that theorem alone."""
    return Material(replace(REGISTRY, theorems={theorem.id: theorem}), (ITEM,), (), ())


MATERIAL = of(LIAR)


def set_off(page: str, before: str, after: str) -> bool:
    """Whether every boast stands between these marks, and there is one."""
    pieces = page.split(BOAST)
    opened = all(re.search(rf"{before}(Assume )?$", piece) for piece in pieces[:-1])
    return len(pieces) > 5 and opened and all(re.match(rf"[^“”<{{}}]*{after}", piece) for piece in pieces[1:])


def test_the_page_of_a_terminal_quotes_them() -> None:
    page = theorems.as_text(LIAR, REGISTRY, width=10_000)
    assert set_off(page, "“", "”")
    assert page.endswith(f"\n{QUOTED}\n")
    assert set_off(theorems.as_plain(LIAR, REGISTRY).replace('"', "”"), "”", "”")


def test_a_claim_says_that_its_verdict_is_a_reading() -> None:
    page = theorems.as_text(CLAIM, REGISTRY)
    assert quoted(CLAIM.text) in page
    assert page.endswith(f"{OF_CLAIMS}\n")
    assert OF_CLAIMS in theorems.as_list(REGISTRY)
    assert theorems.as_record(CLAIM)["authors_words"] == list(WORDS_OF_CLAIMS)


def test_the_data_name_the_fields_of_words() -> None:
    record = theorems.as_record(LIAR)
    assert record["authors_words"] == list(WORDS)
    for name in WORDS:
        outer, _, inner = name.partition(".")
        parts = record[outer] if inner else [record]
        record[outer] = [{**part, inner: None} for part in parts] if inner else None
    assert BOAST not in json.dumps(record)


def test_a_list_proves_nothing_and_does_not_say_so() -> None:
    page = theorems.as_list(replace(REGISTRY, theorems={LIAR.id: LIAR}, claims=()))
    assert "What is proved" not in page
    assert quoted(LIAR.title) in page


def test_what_is_proved_is_said_in_formulas() -> None:
    said = theorems.as_proved(LIAR, {"slope": "differentiated"})
    assert BOAST not in said
    assert said.splitlines()[:2] == ["proved gradient-f", "  ∂/∂σ f(μ, σ) = (σ² − 1)/σ"]


def test_latex_sets_them_in_italics_and_says_what_that_means() -> None:
    files = {path: text.decode() for path, text in emit_latex(MATERIAL).items()}
    for name in (f"proof-{LIAR.id}", f"proof-{LIAR.id}-short"):
        head, _, body = files[f"latex/{name}.tex"].partition("% SPDX")
        words = body.split(r"\begin{align*}")[0]
        assert re.search(rf"\\deriveremark{{{BOAST}[^{{}}]*}}", words, re.IGNORECASE)
        assert IN_ITALICS in " ".join(head.replace("%", "").split())
    check = files["latex/check.tex"]
    assert rf"\deriveremark{{Assume that {BOAST}, assumption.}} Then" in check
    assert rf"\deriveremark{{{BOAST.capitalize()}, source.}}".lower() in check.lower()
    assert IN_ITALICS in check
    assert OF_CLAIMS in files["latex/claims.tex"]
    assert r"\deriveremark}[1]" in files["latex/macros.tex"]
    assert r"\deriveremark" not in files["latex/macros-web.tex"]


def test_the_page_of_a_report_quotes_them() -> None:
    body = as_html(ITEM, symbols_of([LIAR]), None, frozenset()).partition("</h3>")[2]
    assert set_off(body, "<q>", "</q>")


@pytest.mark.parametrize("words", ["so *) Axiom a : False. (* that", 'a "string', "“quoted” “so”"])
def test_words_close_no_quotation_and_no_comment(words: str) -> None:
    assert quoted(words).count("”") == 1
    comment = commented(words)
    assert "*)" not in comment
    assert "(*" not in comment
    assert '"' not in comment


def test_coq_reads_a_title_as_a_comment_and_quotes_it() -> None:
    liar = replace(LIAR, title='a *) Axiom a : False. (* "')
    (_, text), *_ = sorted(emit_coq(of(liar)).items(), key=lambda file: "Theorems" not in file[0])
    assert f"(** ** {LIAR.id}: “a * ) Axiom a : False. ( * '” *)" in text.decode()
