"""``derive identify --table``: many formulas at once, as a table in Markdown, each with what is said of it.

A file is a JSON list of records: ``formula``, and where there are any ``sampler``, ``subject``, ``reported`` (what
happened, in a line) and ``threads`` (addresses of where).
"""

from __future__ import annotations

import json
from typing import Any

from derive.errors import UsageError
from derive.identify.answer.record import Identification
from derive.identify.explain import mathematical, sampled, sign

#: Words of the notes without which a verdict would say more than was found.
_CONDITIONS = ("taking ", " must be ")

_FIELDS = {"formula", "sampler", "subject", "reported", "threads"}


def table(text: str) -> str:
    """The table for the records in ``text``.

    Raises
    ------
    UsageError
        where the text is no list of such records, or a formula cannot be parsed.
    """
    from derive.identify.answer.identification import identify

    lines = ["| reported | formula | `derive identify` |", "| --- | --- | --- |"]
    for number, record in enumerate(_records(text), start=1):
        try:
            answer = identify(record["formula"], record.get("sampler"))
        except UsageError as error:
            raise UsageError(f"record {number}: {error.message}", error.hint) from error
        cells = (_reported(record), _formula(record), "<br>".join(map(_escaped, said(answer))))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def said(answer: Identification) -> list[str]:
    """The verdict, and what there is to do: the first lines of what ``derive identify`` prints."""
    out = [f"{sign(answer)} {mathematical(answer.headline)}"]
    out += [f"misleading name: {note}" for note in answer.name_notes]
    if answer.sampler is not None:
        out.append(f"the sampler {sampled(answer, answer.sampler).replace('DISAGREES', 'disagrees', 1)}")
    out += [mathematical(note) for note in answer.notes if any(words in note for words in _CONDITIONS)]
    if answer.verdict == "not_kl" and answer.notes:
        out.append(mathematical(answer.notes[0]))
    if answer.verdict == "not_kl" and answer.fixes:
        out.append(f"if {answer.fixes[0].reading}: {mathematical(answer.fixes[0].edit)}")
    if answer.verdict == "affine_kl" and answer.fix:
        out.append(f"to make it exactly KL: {mathematical(answer.fix)}")
    return out


def _records(text: str) -> list[dict[str, Any]]:
    hint = 'a list of records such as {"formula": "0.5*(exp(l) + mu**2 - 1 - l)", "threads": ["https://..."]}'
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the table is no JSON: {error}", hint) from error
    if not isinstance(records, list):
        raise UsageError("the table is no list", hint)
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict) or "formula" not in record or not record.keys() <= _FIELDS:
            raise UsageError(f"record {number} of the table has no formula, or a field that is unknown", hint)
        threads = record.get("threads", [])
        words = [value for field, value in record.items() if field != "threads"]
        if not isinstance(threads, list) or not all(isinstance(value, str) for value in [*words, *threads]):
            raise UsageError(f"record {number} of the table holds something that is no text", hint)
    return records


def _reported(record: dict[str, Any]) -> str:
    """Subject, what happened, and the threads as links that carry their own address."""
    words = ": ".join(_escaped(record[field]) for field in ("subject", "reported") if record.get(field))
    links = [_link(thread) for thread in record.get("threads", [])]
    return "<br>".join(part for part in (words, *links) if part)


def _link(address: str) -> str:
    """Only of the web: anything else stays text."""
    if not address.startswith("https://"):
        return _escaped(address.replace(":", " "))
    target = "".join(c for c in address if c not in "<>|\\" and c.isprintable() and not c.isspace())
    return f"[{_escaped(_short(address))}](<{target}>)"


def _short(address: str) -> str:
    """``owner/name#12`` for a thread on GitHub."""
    parts = address.removeprefix("https://github.com/").split("/")
    if len(parts) == 4 and parts[2] in ("issues", "pull"):
        return f"{parts[0]}/{parts[1]}#{parts[3]}"
    return address


def _formula(record: dict[str, Any]) -> str:
    pieces = [*record["formula"].strip().split("\n"), *([record["sampler"]] if "sampler" in record else [])]
    return "<br>".join(_code(piece) for piece in pieces)


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("|", r"\|").strip() + "`"


def _escaped(text: str) -> str:
    """Words in a cell: what Markdown would read as something else is written as itself."""
    return "".join(f"\\{c}" if c in r"\`*_[]<>|" else c if c.isprintable() else " " for c in text)
