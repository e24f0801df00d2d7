"""Every fragment is understood by KaTeX, in its strict mode, and by MathJax, with macros-web.tex in front of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from functools import cache

import pytest
from test_latex_files import REAL

from derive.emit.latex import emit, emitted_fragments
from derive.pipeline import tools_required

#: Programs that read {name: LaTeX} and print {name: complaint} for what is not understood.
KATEX = r"""
const katex = require("katex");
const options = {displayMode: true, strict: "error", throwOnError: true};
const understood = text => katex.renderToString(text, options);
"""
MATHJAX = r"""
const {mathjax} = require("mathjax-full/js/mathjax.js");
const {TeX} = require("mathjax-full/js/input/tex.js");
const {SVG} = require("mathjax-full/js/output/svg.js");
const {liteAdaptor} = require("mathjax-full/js/adaptors/liteAdaptor.js");
const {RegisterHTMLHandler} = require("mathjax-full/js/handlers/html.js");
const {AllPackages} = require("mathjax-full/js/input/tex/AllPackages.js");
const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const packages = AllPackages.filter(name => name !== "noerrors" && name !== "noundefined");
const page = mathjax.document("", {InputJax: new TeX({packages, formatError: (jax, error) => { throw error; }}),
                                       OutputJax: new SVG({fontCache: "none"})});
const understood = text => adaptor.outerHTML(page.convert(text, {display: true}));
"""
_REST = r"""
const asked = JSON.parse(require("fs").readFileSync(0, "utf8")), found = {};
for (const [name, text] of Object.entries(asked))
    try { understood(text); } catch (error) { found[name] = String(error.message); }
console.log(JSON.stringify(found));
"""


@cache
def asked() -> dict[str, str]:
    # A comment needs its line's end, which a formula in a web page rarely has.
    lines = emit(REAL)["latex/macros-web.tex"].decode().splitlines()  # type: ignore[arg-type]
    macros = "\n".join(line for line in lines if not line.startswith("%"))
    texts = {}
    for fragment in emitted_fragments(REAL):  # type: ignore[arg-type]
        text = "\n".join(fragment.body)
        text = rf"\begin{{aligned}}{text}\end{{aligned}}" if fragment.rows else text
        texts[fragment.name] = f"{macros}\n{text}\n"
    return texts


def complaints(program: str, package: str, texts: dict[str, str]) -> dict[str, str]:
    roots = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=False).stdout.strip()
    environment = {**os.environ, "NODE_PATH": os.pathsep.join(filter(None, (os.environ.get("NODE_PATH"), roots)))}
    done = subprocess.run(
        ["node", "-e", program + _REST], input=json.dumps(texts), capture_output=True, text=True, env=environment
    )
    if "Cannot find module" in done.stderr:
        (pytest.fail if tools_required() else pytest.skip)(
            f"NOT CHECKED: {package} is missing (npm install -g {package})"
        )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("program", "package"), [(KATEX, "katex"), (MATHJAX, "mathjax-full")], ids=["KaTeX", "MathJax"]
)
def test_every_fragment_is_understood(program: str, package: str, need: Callable[..., None]) -> None:
    need("node", "npm")
    damaged = {"damaged": asked()["kl_unit_std"].replace(r"\tfrac", r"\tfrak")}
    assert list(complaints(program, package, damaged)) == ["damaged"]
    assert complaints(program, package, asked()) == {}
