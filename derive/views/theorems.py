"""A theorem or a claim as a page of text, as LaTeX, or as data.

``judged`` are the texts of the statements that a judgement on this machine has accepted: what is printed of Coq's word
comes from there. What does not depend on the machine, the tables in Markdown, says only what there is to be judged.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from derive.emit.coq.statements import Statement, no_counterpart, of_theorem
from derive.emit.letters import plain, spelled
from derive.emit.remarks import OF_CLAIMS, QUOTED, WORDS, WORDS_OF_CLAIMS, quoted
from derive.emit.unicode import SHORT, formula_line, row_lines
from derive.vocabulary.theorem import Claim, Formula, Registry, Row, Step, Theorem

#: Of a page, in letters, where no terminal says another; and the least for which lines are broken.
WIDTH, _LEAST = 110, 40

#: What is said of a statement that no judgement on this machine has accepted, whether or not it is true.
NOT_JUDGED = "not judged here"


def as_text(entry: Theorem | Claim, registry: Registry, judged: Set[str] = frozenset(), width: int = WIDTH) -> str:
    """The page that ``derive show`` prints, in lines of at most that many letters."""
    width = max(width, _LEAST)
    lines = _claim(entry, registry) if isinstance(entry, Claim) else _theorem(entry, judged)
    return "".join(line + "\n" for text in lines for line in _wrapped(text, width))


def as_plain(entry: Theorem | Claim, registry: Registry, judged: Set[str] = frozenset()) -> str:
    """The same for a screen reader: names instead of signs, nothing aligned, a line for each thing said."""
    lines = _claim(entry, registry) if isinstance(entry, Claim) else _theorem(entry, judged)
    return "".join(spelled(line.strip()) + "\n" for line in lines if line.strip())


def as_coq(theorem: Theorem, judged: Set[str] = frozenset()) -> str:
    """Its statements in Coq's own words, each under what is known of it."""
    return "\n".join(_coq(theorem, judged, _in_its_words)[1:]) + "\n"


def as_latex(entry: Theorem | Claim) -> str:
    """The proof of a theorem as in generated/latex, or a claim as a sentence."""
    if isinstance(entry, Claim):
        return f"{entry.text}\n{entry.because}\n"
    from derive.emit.latex import proof

    return proof(entry)


def as_record(entry: Theorem | Claim, judged: Set[str] = frozenset()) -> dict[str, object]:
    """The same as data, formulas as the text of :func:`as_text`."""
    if isinstance(entry, Claim):
        point = {name: str(value) for name, value in (entry.counterexample or {}).items()}
        return {
            "id": entry.id,
            "text": entry.text,
            "source": entry.source,
            "verdict": entry.verdict.value,
            "because": plain(entry.because),
            "evidence": list(entry.evidence),
            "counterexample": point or None,
            "authors_words": list(WORDS_OF_CLAIMS),
        }
    return {
        "id": entry.id,
        "title": entry.title,
        "source": entry.source,
        "variables": [{"name": v.name, "domain": v.domain.value, "meaning": v.meaning} for v in entry.variables],
        "assumptions": [plain(text) for text in entry.assumptions],
        "statement": row_lines(_statement(entry), entry.variables),
        "steps": [
            {
                "name": step.name,
                "kind": type(step).__name__,
                "reason": plain(step.reason),
                "cites": list(step.cites),
                "rows": row_lines(_unsaid(step), entry.variables),
            }
            for step in entry.steps
        ],
        "formulas": [{"name": f.name, "digest": f.digest, "formula": formula_line(f)} for f in entry.formulas],
        "cites": list(entry.cites),
        "coq": {s.name: s.claim for s in of_theorem(entry)} or None,
        "checked_by_coq": [s.name for s in of_theorem(entry) if s.theorem_text in judged],
        "authors_words": list(WORDS),
    }


def as_list(registry: Registry, judged: Set[str] = frozenset(), width: int = WIDTH) -> str:
    """What ``derive list`` prints: claims with their verdicts, then theorems in the order of their proof.

    It decides nothing, so it says of none that it is proved.
    """
    stated = [s for theorem in registry.theorems.values() for s in of_theorem(theorem)]
    claims = [(claim.id, [claim.verdict.value, quoted(claim.text)]) for claim in registry.claims]
    theorems = [(theorem.id, _listed(theorem, judged)) for theorem in registry.theorems.values()]
    column = 4 + max(len(name) for name, _ in (*claims, *theorems))
    lines = ["What people claim:", "", *_entries(claims, column, width), ""] if claims else []
    lines += ["Theorems, in the order of their proof:", "", *_entries(theorems, column, width), ""]
    accepted = (
        f"{len(stated)} statements are there for Coq; on this machine it has accepted {_accepted(stated, judged)}."
    )
    lines += [*_wrapped(accepted, width), "", *(_wrapped(OF_CLAIMS, width) if claims else [])]
    lines += [*_wrapped("`derive show ID` has the evidence and the steps.", width)]
    return "\n".join(lines) + "\n"


def _listed(theorem: Theorem, judged: Set[str]) -> list[str]:
    """Its title, and what Coq says of it where it has been asked."""
    asked = any(s.theorem_text in judged for s in of_theorem(theorem))
    return [quoted(theorem.title), *([f"Coq: {_said_by_coq(theorem, judged)}"] if asked else [])]


def _entries(entries: Sequence[tuple[str, Sequence[str]]], column: int, width: int) -> Iterator[str]:
    """Names, and what is said of each beside it, or below it where the page is narrow."""
    beside = width - column >= _LEAST
    for name, said in entries:
        indent = " " * (column if beside else 4)
        lines = [
            line
            for text in said
            for line in textwrap.wrap(text, max(width, _LEAST) - len(indent), break_on_hyphens=False)
        ]
        if beside:
            yield f"  {name:<{column - 2}}{lines.pop(0)}"
        else:
            yield f"  {name}"
        yield from (indent + line for line in lines)


def as_proved(theorem: Theorem, decided: Mapping[str, str]) -> str:
    """What ``derive prove ID`` prints: what is proved, in formulas, and how each step was decided."""
    lines = [f"proved {theorem.id}", *_indented(row_lines(_statement(theorem), theorem.variables))]
    return "\n".join([*lines, *(f"  {step}: {how}" for step, how in decided.items())])


def _accepted(statements: Sequence[Statement], judged: Set[str]) -> str:
    count = sum(s.theorem_text in judged for s in statements)
    return "all" if count == len(statements) else str(count) if count else "none (`derive prove --coq` asks it)"


def as_markdown(registry: Registry) -> str:
    """The tables of the README and the docs: the spellings, the theorems, the verdicts, the kernels."""
    every = [(family, d.title, d.value) for family in registry.families for d in family.divergences]
    spellings = [
        (f"`{f.name}`", f"`{plain(scale.latex)}`: {scale.meaning}", _closed_form(f))
        for family, _, f in every
        for scale in family.scales
        if f.variables[-1] == scale.variable()
    ]
    kernels = [(f"`{f.name}`", f"{family.title} {title}", _closed_form(f)) for family, title, f in every]
    theorems = [(f"`{t.id}`", plain(t.title), _decided_by(t), _for_coq(t)) for t in registry.theorems.values()]
    claims = [(plain(c.text), c.verdict.value, plain(c.because), _evidence(c)) for c in registry.claims]
    return "\n".join(
        (
            _table(("kernel", "second argument", "KL(N(μ, σ²) ‖ N(0, 1))"), spellings),
            _table(("id", "theorem", "decided by", "stated for Coq"), theorems),
            _table(("claim", "verdict", "because", "evidence"), claims),
            _table(("kernel", "divergence of the", "closed form"), kernels),
        )
    )


def _closed_form(formula: Formula) -> str:
    return f"`{formula_line(formula).partition(' = ')[2]}`"


#: How the steps of a kind are decided; a definition has nothing to decide.
DECIDED_BY = {
    "Identity": "exact cancellation",
    "Expand": "exact cancellation",
    "Conclude": "exact cancellation",
    "Expectation": "exact cancellation",
    "Linear": "exact cancellation",
    "Differentiate": "differentiation by rule",
    "ThroughAbsolute": "differentiation by rule, value at the corner",
    "Integrate": "antiderivative differentiated, its limits",
    "Antiderivative": "antiderivative differentiated, its limits",
    "Series": "exponential series, term by term",
    "GlobalMinimum": "sign of the derivative",
    "Inequality": "sign of the derivative",
    "SumOfParts": "signs of the parts",
    "Counterexample": "exact value at a point",
    "OperationCount": "count",
}


def _decided_by(theorem: Theorem) -> str:
    """How its steps are decided, each way once, in the order of the proof."""
    kinds = (type(step).__name__ for step in theorem.steps)
    return "; ".join(dict.fromkeys(DECIDED_BY[kind] for kind in kinds if kind != "Definition"))


def _for_coq(theorem: Theorem) -> str:
    """How many statements there are to be judged; where there is none, why."""
    count = len(of_theorem(theorem))
    if not count:
        return f"no: {no_counterpart(theorem)}"
    return "1 statement" if count == 1 else f"{count} statements"


def _said_by_coq(theorem: Theorem, judged: Set[str]) -> str:
    """The same, and how many of them were accepted on this machine."""
    statements = of_theorem(theorem)
    accepted = sum(s.theorem_text in judged for s in statements)
    if not statements:
        return _for_coq(theorem)
    some = "" if accepted == len(statements) else f"{accepted} of them "
    return f"{_for_coq(theorem)}, {f'{some}checked by Coq' if accepted else NOT_JUDGED}"


def _names(statements: Sequence[Statement]) -> list[str]:
    return [", ".join(s.name for s in statements)]


def _in_its_words(statements: Sequence[Statement]) -> list[str]:
    return [line for s in statements for line in s.theorem_text.partition("\nProof.")[0].split("\n")]


def _coq(theorem: Theorem, judged: Set[str], printed: Callable[[Sequence[Statement]], list[str]]) -> list[str]:
    """The statements for Coq, each under what is known of it."""
    statements = of_theorem(theorem)
    if not statements:
        return ["", f"No counterpart in Coq: {no_counterpart(theorem)}"]
    page: list[str] = []
    for accepted, word in ((True, "Checked by Coq"), (False, f"Stated for Coq, {NOT_JUDGED}")):
        chosen = [s for s in statements if (s.theorem_text in judged) == accepted]
        page += ["", f"{word} (`derive prove --coq` {'repeats' if accepted else 'does'} it)"] if chosen else []
        page += _indented(printed(chosen)) if chosen else []
    return page


def _evidence(claim: Claim) -> str:
    return ", ".join(f"`{name}`" for name in claim.evidence)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _theorem(theorem: Theorem, judged: Set[str]) -> list[str]:
    page = [f"{theorem.id}: {quoted(theorem.title)}", ""]
    for variable in theorem.variables:
        page.append(f"  {plain(variable.latex)}  {variable.domain.value}; {quoted(variable.meaning)}")
    page += [f"  Assume {quoted(text)}" for text in theorem.assumptions]
    page += ["", "Statement", *_indented(row_lines(_statement(theorem), theorem.variables))]
    page += ["", "In short", f"  {quoted(theorem.short.idea)}"] if theorem.short else []
    page += ["", "Proof"]
    for number, step in enumerate(theorem.steps, start=1):
        cites = f" [{', '.join(step.cites)}]" if step.cites else ""
        page.append(f"  {number}. {step.name}: {quoted(step.reason)}{cites}")
        page += _indented(row_lines(_unsaid(step), theorem.variables), "       ")
    page += [
        *_coq(theorem, judged, _names),
        *(["", f"Source: {quoted(theorem.source)}"] if theorem.source else []),
        "",
        QUOTED,
    ]
    return page


def _claim(claim: Claim, registry: Registry) -> list[str]:
    page = [f"{claim.id}: {claim.verdict.value}", "", f"  {quoted(claim.text)}", "", f"  {quoted(claim.because)}"]
    if claim.counterexample:
        point = ", ".join(f"{name} = {value}" for name, value in claim.counterexample.items())
        page += ["", f"  Counterexample: {point}"]
    for name in claim.evidence:
        theorem = registry.theorems.get(name.partition("/")[0])
        page.append(f"  Evidence: {name}" + (f", {quoted(theorem.title)}" if theorem else ""))
    page += ["", f"Source: {quoted(claim.source)}", "", OF_CLAIMS]
    return page


def _statement(theorem: Theorem) -> tuple[Row, ...]:
    """What is claimed: rows with their conditions. The words belong to the proof."""
    return tuple(replace(row, reason="") for row in theorem.statement)


def _unsaid(step: Step) -> tuple[Row, ...]:
    """The rows of a step without the reason that the step itself gives."""
    return tuple(replace(row, reason="") if row.reason == step.reason else row for row in step.rows())


def _indented(lines: Sequence[str], indent: str = "  ") -> list[str]:
    return [indent + line for line in lines]


def _wrapped(line: str, width: int) -> list[str]:
    """The line, broken between words, its continuation below its own text.

    The reason of a formula goes below it first; then the formula is broken before its equals sign, where that gains
    room, and stands as the rows that continue it do.
    """
    text = line.lstrip()
    indent = line[: len(line) - len(text)]
    said, _, reason = text.rpartition("    (")
    if len(line) > width and said:
        return [*_wrapped(indent + said, width), *_wrapped(f"{indent}      ({reason}", width)]
    head, _, rest = text.partition(" = ")
    if len(line) > width and rest and len(head) > SHORT and ":" not in head:
        return [*_wrapped(indent + head, width), *_wrapped(f"{indent}  = {rest}", width)]
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent + "   ", break_long_words=False,
        break_on_hyphens=False,
    ) or [""]  # fmt: skip
