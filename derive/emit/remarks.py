"""Words beside what was decided: set off in every form, so that nobody takes an author's words for a verdict.

Titles, assumptions, reasons, meanings and sources say what their author likes, relations in formulas excepted
(:mod:`derive.prove.written.words`). Beside the formulas, which the steps decide, they stand in quotation marks, or in
italics, and each form says what that means.
"""

from __future__ import annotations

from derive.emit.letters import plain

#: What a reader is told of the words of a theorem.
LEGEND = (
    "are the author's words, of which relations in formulas alone are checked; the formulas, with their conditions, "
    "are what the steps decide"
)
QUOTED = f"In quotation marks {LEGEND}."
IN_ITALICS = f"In italics, and at the margin of a proof in short, {LEGEND}."
#: What a reader is told of a claim: its verdict is in words too.
OF_CLAIMS = "A claim, the verdict on it and the reason are the author's words; the evidence is what the steps decide."

#: The fields of a theorem and of a claim, as data, that hold words.
WORDS = ("title", "source", "variables.meaning", "assumptions", "short", "steps.reason")
WORDS_OF_CLAIMS = ("text", "source", "verdict", "because")


def quoted(words: str) -> str:
    """The words as Unicode text, in quotation marks that nothing in them closes."""
    inner = plain(words).replace("“", "‘").replace("”", "’").replace('"', "'")
    return f"“{inner}”"


def commented(words: str) -> str:
    """The same for a comment of Coq, in which marks of comments and of strings count."""
    return quoted(words).replace("(*", "( *").replace("*)", "* )")
