"""The page: its frame, its style, its order. It loads nothing, runs nothing, and says so to the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from derive import DISTRIBUTION, __version__
from derive.document import theorems
from derive.document.contents import ABSTRACT, TITLE, Contents
from derive.document.mathml import words
from derive.emit.latex import symbols_of
from derive.emit.remarks import OF_CLAIMS, QUOTED


@dataclass(frozen=True)
class Figure:
    """A picture as an ``svg`` element, with its caption."""

    name: str
    svg: str
    caption: str


#: Light and dark, for a phone, for a desk, and for paper.
_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(contents: Contents, figures: Sequence[Figure]) -> str:
    """The whole document."""
    registry, checked, judged = contents.registry, contents.checked, contents.judged
    names = symbols_of(registry.theorems.values())
    ids = frozenset(
        theorems.anchor(name)
        for item in checked
        for name in (item.theorem.id, *(f"{item.theorem.id}/{step.name}" for step in item.theorem.steps))
    )
    parts = {
        "claims": (
            "What people claim",
            f"<p>{OF_CLAIMS}</p>" + "".join(theorems.claim(entry, ids) for entry in registry.claims),
        ),
        "pictures": ("Pictures", "".join(map(_figure, figures))),
        "derivation": (
            "The derivation, step by step",
            f"<p>{QUOTED}</p>" + "".join(theorems.theorem(item, names, judged, ids) for item in checked),
        ),
        "kernels": ("The emitted kernels", "".join(table.html() for table in contents.tables)),
        "cite": ("How to cite", _CITE),
    }
    listed_parts = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, (title, _) in parts.items())
    listed = "".join(
        f'<li><a href="#{theorems.anchor(item.theorem.id)}">{words(item.theorem.title)}</a></li>' for item in checked
    )
    body = "".join(
        f'<section id="{name}" aria-labelledby="h-{name}"><h2 id="h-{name}">{title}</h2>{content}</section>'
        for name, (title, content) in parts.items()
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{TITLE}</title>
<style>{_STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
<header>
<h1>{TITLE}</h1>
<p>{words(ABSTRACT)}</p>
<p class="how">{DISTRIBUTION} {escape(__version__)}. The run that wrote this page decided {contents.steps} steps of
{len(checked)} theorems.
<a href="#kernels">What the bounds of the kernels rest on</a> is said beside each.</p>
</header>
<nav aria-label="Contents"><ul>{listed_parts}</ul>
<details><summary>All {len(checked)} theorems</summary><ul>{listed}</ul></details></nav>
<main id="main">{body}</main>
</body>
</html>
"""


_CITE = f"""<p>By the permanent id of a theorem and the digest of its statement, which stand under its title:</p>
<pre>derive, version {escape(__version__)}, theorem kl-unit, statement DIGEST</pre>
<p>A BibTeX entry is in <code>docs/citing.md</code> and <code>CITATION.cff</code>.</p>"""


def _figure(figure: Figure) -> str:
    return f'<figure id="{figure.name}">{figure.svg}<figcaption>{words(figure.caption)}</figcaption></figure>'
