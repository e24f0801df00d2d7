"""The page of `derive report --html` and its pictures: complete, escaped, self-contained, usable by everybody."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from derive.proofs import REGISTRY

from derive import cli
from derive.bench import accuracy
from derive.document import kernels, paper, theorems
from derive.document.contents import TITLE, Contents
from derive.document.mathml import aligned, mathml, words
from derive.document.page import Figure, page
from derive.emit.coq.statements import of_theorem
from derive.emit.latex.words import text_latex
from derive.errors import CheckFailed, UsageError
from derive.pictures import functions, measured, style, trained
from derive.verify.checks.latex import complaints
from derive.vocabulary.theorem import Claim, Verdict

ROOT = Path(__file__).resolve().parent.parent
VOID = {"meta", "link", "br", "img", "hr", "use", "path", "rect"}


def errors() -> list[accuracy.Errors]:
    lines = (*(usual.name for usual in measured.BY_ACCURACY), measured.OURS)
    return [
        accuracy.Errors(precision, distance, dict.fromkeys(lines, 1000.0 / distance), dict.fromkeys(lines, False))
        for precision in ("binary32", "binary64")
        for distance in (1.0, 1e-4)
    ]


PICTURES = (
    *functions.pictures(REGISTRY),
    trained.latent_picture(),
    measured.sign_picture(),
    measured.error_picture(errors()),
)
CHECKED = tuple(
    SimpleNamespace(
        theorem=theorem,
        digest=theorem.digest,
        evidence=tuple(SimpleNamespace(step=step.name, how="looked at <here>") for step in theorem.steps),
    )
    for theorem in REGISTRY.theorems.values()
)
JUDGED = frozenset(s.theorem_text for s in of_theorem(REGISTRY.theorems["kl-unit"]))
CONTENTS = Contents(REGISTRY, CHECKED, JUDGED, kernels.bounds(ROOT / "generated"))


@pytest.fixture(scope="module")
def html(need_module: Callable[[str, str], ModuleType]) -> str:
    need_module("matplotlib", "pip install matplotlib")
    figures = [Figure(picture.name, style.inline(picture), picture.caption) for picture in PICTURES]
    return page(CONTENTS, figures)


class Reader(HTMLParser):
    """Tags that pair up, ids, links, and whatever would load or run something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.wrong: list[str] = []
        self.headings: list[int] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if values.get("id"):
            self.ids[values["id"] or ""] += 1
        if tag in ("script", "img", "image", "link", "iframe", "object") or any(
            name.startswith("on") for name in values
        ):
            self.wrong.append(f"{tag} {attrs}")
        for name in ("href", "xlink:href", "src"):
            self.links += [values[name] or ""] if name in values else []
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "svg":
            self.images.append(values)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def test_the_page_is_well_formed_and_every_link_stays_on_it(html: str) -> None:
    read = Reader(html)
    assert read.wrong == []
    assert read.open == []
    assert [name for name, count in read.ids.items() if count > 1] == []
    assert {link for link in read.links if not link.startswith("#")} == set()
    assert {link[1:] for link in read.links} <= set(read.ids)
    assert "url(http" not in html
    assert "default-src 'none'" in html


def test_everybody_can_use_it(html: str) -> None:
    read = Reader(html)
    assert '<html lang="en">' in html
    assert '<meta name="viewport" content="width=device-width' in html
    assert read.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(read.headings, read.headings[1:], strict=False))
    assert len(read.images) == len(PICTURES)
    assert all(image["role"] == "img" and image["aria-labelledby"] in read.ids for image in read.images)
    assert all(f">{picture.alternative}</title>" in html for picture in PICTURES)
    assert 'class="skip" href="#main"' in html
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_every_theorem_step_and_claim_stands_on_it_with_how_it_was_decided(html: str) -> None:
    for item in CHECKED:
        assert f'id="{theorems.anchor(item.theorem.id)}"' in html
        assert item.digest in html
        assert item.theorem.short is None or words(item.theorem.short.idea) in html
        for step in item.theorem.steps:
            assert f'id="{theorems.anchor(f"{item.theorem.id}/{step.name}")}"' in html
    assert html.count("Decided by: looked at &lt;here&gt;") == CONTENTS.steps
    assert html.count("A definition</p>") == sum(len(item.theorem.steps) for item in CHECKED) - CONTENTS.steps > 0
    for claim in REGISTRY.claims:
        assert f'id="{theorems.anchor(claim.id)}"' in html
    assert html.count('class="verdict') == len(REGISTRY.claims)


def test_coq_is_named_only_where_it_has_judged(html: str) -> None:
    assert html.count("Checked by Coq on this machine") == 1
    part = html[html.index(f'id="{theorems.anchor("kl-unit")}"') :]
    assert part[: part.index("</section>")].count("Checked by Coq on this machine: 2 statements.") == 1


def test_words_of_others_are_written_as_themselves() -> None:
    claim = Claim(
        "x", 'a <b onload="y"> & $x < y$', "<i>", Verdict.REFUTED, "because <script>", ("kl-unit", "none/<a>")
    )
    text = theorems.claim(claim, frozenset({theorems.anchor("kl-unit")}))
    assert text.count("Source: <q>&lt;i&gt;</q>") == 1
    read = Reader(text)
    assert read.wrong == []
    assert read.links == ["#t-kl-unit"]
    assert "<script" not in text
    assert "<mo>&lt;</mo>" in text


# --- mathematics -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"x_1^2", "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"),
        (r"\tfrac12", '<mstyle displaystyle="false"><mfrac><mn>1</mn><mn>2</mn></mfrac></mstyle>'),
        (r"a - b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
        (r"(-b)", '<mo form="prefix" stretchy="false">(</mo><mo form="prefix">−</mo><mi>b</mi>'),
        (r"\log(x)", '<mi>log</mi><mo>\u2061</mo><mo form="prefix" stretchy="false">(</mo>'),
        (r"\sum_{k=0}^{n} k", "<munderover><mo>∑</mo>"),
        (r"\text{for } x", "<mtext>for\u00a0</mtext><mi>x</mi>"),
        (r"\deriveN{\mu}{\sigma^2}", "<mi>𝒩</mi>"),
        (r"\left(\frac{a}{b}\right)^2", '<msup><mrow><mo form="prefix">(</mo><mfrac>'),
    ],
)
def test_latex_becomes_mathml(latex: str, expected: str) -> None:
    found = mathml(latex)
    assert expected in found
    assert Reader(found).wrong == []


@pytest.mark.parametrize("latex", [r"\unknown x", r"{x", r"x}", r"\left(x", r"\frac{a}", "^2", r"\href{x}{y}"])
def test_what_is_not_understood_is_no_formula(latex: str) -> None:
    with pytest.raises(ValueError, match=r"\\|x|\^"):
        mathml(latex)
    with pytest.raises(ValueError, match="dollar"):
        words("an odd $")


def test_words_within_a_formula_are_those_that_were_written() -> None:
    said = "as {1, 2} – “100 %” of $\\mu_1$ ≤ 3 & a_b"
    found = mathml(rf"x = 1 \quad\text{{{text_latex(said)}}}").replace("\u00a0", " ")
    assert "<mtext>as {1, 2} – “100 %” of </mtext><mrow><msub><mi>μ</mi><mn>1</mn></msub></mrow>" in found
    assert "<mtext> ≤ 3 &amp; a_b</mtext>" in found
    assert Reader(found).wrong == []


def test_a_reason_stands_beside_its_row(html: str) -> None:
    part = html[html.index(f'id="{theorems.anchor("kl-normal/mass")}"') :]
    wide = part[part.index('class="rows wide"') : part.index('class="rows narrow"')].replace("\u00a0", " ")
    (row,) = [row for row in wide.split("<mtr>") if "(an antiderivative)" in row]
    assert "erf" in row


def test_lines_are_aligned_at_their_marks() -> None:
    text = aligned((r"a &= b \\", r"&\quad{}+ c"))
    assert text.count("<mtr>") == 2
    assert text.count("<mtd>") == 4
    assert Reader(text).wrong == []


# --- kernels -----------------------------------------------------------------------------------------------------


def test_the_bounds_are_those_of_the_manifest_and_worst_inputs_those_of_a_hunt(tmp_path: Path) -> None:
    tables = kernels.bounds(ROOT / "generated")
    for made in ("".join(table.html() for table in tables), "\n".join(line for t in tables for line in t.latex())):
        assert re.search(r"(<code>|\\texttt\{)kl(\\?_)unit\2logvar[<}]", made)
        assert "proved under hypotheses" in made
        assert "exhaustive" not in made  # a word of the manifest: it says "correctly rounded" to people
    assert "&lt;b&gt;" in kernels.Table("c", ("function", "x"), (("<b>", "<i>"),)).html()
    hunted = tmp_path / "worst.csv"
    row = "0.51,0x1.8000000000000p-3 0x1p+1,1\n"
    hunted.write_text(
        f"target,format,function,ulp,arguments,copies\nc,binary64,kl_unit_std,{row}c,binary64,of_another_folder,{row}"
    )
    (table,) = kernels.worst_inputs(ROOT / "generated", hunted)
    assert table.rows == (("kl_unit_std", "binary64", "0.51", "(0x1.8p-3, 0x1p+1)"),)
    assert "<td><span>(0x1.8p-3,</span> 0x1p+1)</td>" in table.html()
    for wrong in ("", "a,b\n", "target,format,function,ulp,arguments,copies\nc\n"):
        hunted.write_text(wrong)
        with pytest.raises(UsageError, match="worst"):
            kernels.worst_inputs(ROOT / "generated", hunted)
    with pytest.raises(UsageError, match=r"manifest\.json"):
        kernels.bounds(tmp_path)
    (tmp_path / "manifest.json").write_text('{"bounds": 3}')
    with pytest.raises(UsageError, match=r"manifest\.json"):
        kernels.bounds(tmp_path)


def test_the_worst_inputs_are_those_of_the_headers_unless_others_are_named() -> None:
    header = (ROOT / "generated" / "c" / "derive_kl.h").read_text(encoding="utf-8")
    stated = " ".join(header.replace("\n * ", " ").split())
    in_c, *others = kernels.worst_inputs(ROOT / "generated")
    assert len(others) == 4
    gaussian = [row for row in in_c.rows if re.match(r"kl_(unit|normal)_", row[0])]
    assert len(gaussian) > 30
    for _, _, ulp, arguments in gaussian:
        assert f"{ulp} ulp at {arguments}" in stated


# --- pictures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_vector_with_truetype_in_the_width_of_a_column(
    picture: style.Picture, tmp_path: Path, need_module: Callable[[str, str], ModuleType]
) -> None:
    need_module("matplotlib", "pip install matplotlib")
    style.save(picture, tmp_path / "picture.pdf", "column")
    pdf = (tmp_path / "picture.pdf").read_bytes()
    assert b"/Subtype /Type3" not in pdf
    assert b"/FontFile2" in pdf
    assert b"/Subtype /Image" not in pdf
    width = re.search(rb"/MediaBox \[ 0 0 ([\d.]+)", pdf)
    assert width is not None
    assert float(width[1]) == pytest.approx(3.3 * 72, abs=0.5)


def test_pictures_are_asked_for_before_anything_is_computed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    monkeypatch.setattr(accuracy, "measure", lambda *_: pytest.fail("measured before the tool was looked for"))
    for option in ("--html", "--pdf", "--plot", "--pictures"):
        assert cli.run(["report", option, str(tmp_path / "out.pdf")]) == 2
        assert "matplotlib is not installed" in capsys.readouterr().err


# --- on paper ----------------------------------------------------------------------------------------------------


def test_the_paper_says_of_every_step_how_it_was_decided_and_names_coq_only_where_it_has_judged() -> None:
    text = paper.source(CONTENTS, {picture.name: picture.caption for picture in PICTURES})
    for item in CHECKED:
        assert rf"\label{{derive:{item.theorem.id}}}" in text
        assert item.digest in text
    assert text.count(r"Decided by: looked at \(<\)here\(>\).") == CONTENTS.steps
    assert text.count(r"\paragraph{") == len(REGISTRY.claims)
    assert text.count("Checked by Coq on this machine: 2 statements.") == text.count("Checked by Coq") == 1
    assert text.count(r"\includegraphics") == len(PICTURES)
    assert text.isascii()


def test_tex_sets_the_paper_without_a_complaint(
    tmp_path: Path, need: Callable[..., None], need_module: Callable[[str, str], ModuleType]
) -> None:
    need("pdflatex", "pdftotext", "pdfinfo")
    need_module("matplotlib", "pip install matplotlib")
    style.save(PICTURES[0], tmp_path / f"{PICTURES[0].name}.pdf", "text")
    part = replace(CONTENTS, checked=CHECKED[:3])
    pdf = paper.typeset(paper.source(part, {PICTURES[0].name: PICTURES[0].caption}), tmp_path)
    assert complaints((tmp_path / "report.log").read_text(errors="replace")) == []
    assert b"/Subtype /Type3" not in pdf
    read = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60).stdout
    assert "Both spellings at mean 0" in read.decode()
    assert "kl_unit_logvar_grad" in read.decode()
    told = subprocess.run(["pdfinfo", tmp_path / "report.pdf"], capture_output=True, text=True, check=True, timeout=60)
    assert re.search(rf"^Title: +{TITLE}$", told.stdout, re.MULTILINE)
    with pytest.raises(CheckFailed, match=r"TeX: ! Undefined control sequence"):
        paper.typeset(r"\documentclass{article}\begin{document}\nosuchword\end{document}", tmp_path)


def test_the_paper_is_refused_at_once_where_there_is_no_tex(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(accuracy, "measure", lambda *_: pytest.fail("measured before the tool was looked for"))
    monkeypatch.setattr(paper.shutil, "which", lambda _: None)
    assert cli.run(["report", "--pdf", str(tmp_path / "out.pdf")]) == 2
    assert "there is no pdflatex" in capsys.readouterr().err


# --- in a browser ------------------------------------------------------------------------------------------------

_PROBE = """<script>
const wide = document.documentElement.scrollWidth > innerWidth;
const dead = [...document.querySelectorAll('a')].filter(a => !document.querySelector(CSS.escape ? '#' +
  CSS.escape(a.hash.slice(1)) : a.hash)).length;
const math = document.querySelector('math').getBoundingClientRect().height > 5;
const seen = performance.getEntriesByType('resource').length;
document.title = `wide ${wide} dead ${dead} math ${math} requests ${seen}`;
</script></body>"""


def opened(text: str, width: int, folder: Path) -> tuple[str, list[str]]:
    """The document as the browser has it, and what it says of it."""
    place = folder / "page.html"
    place.write_text(text, encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"]
    command += [f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900", "--dump-dom", place.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@pytest.mark.parametrize("width", [500, 1280])
def test_a_browser_finds_every_anchor_and_room_for_all(
    html: str, width: int, tmp_path: Path, need: Callable[..., None]
) -> None:
    need("chromium")
    dom, complaints = opened(re.sub(r"<meta http-equiv.*?>", "", html).replace("</body>", _PROBE), width, tmp_path)
    assert complaints == []
    assert "<title>wide false dead 0 math true requests 0</title>" in dom


def test_a_browser_has_no_complaint_and_lets_nothing_in(html: str, tmp_path: Path, need: Callable[..., None]) -> None:
    need("chromium")
    assert opened(html, 900, tmp_path)[1] == []
    intruder = html.replace("</main>", '<img src="https://example.org/x.png"></main>')
    assert opened(intruder, 900, tmp_path)[1]  # the policy of the page refuses it, and the browser says so
