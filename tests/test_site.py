"""The documentation site is built without a warning, and a reader's browser asks nobody else for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from derive import generated
from derive.audit.codes import CODES

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, need_module: Callable[[str, str], ModuleType]) -> Path:
    for name in ("sphinx", "myst_parser", "furo"):
        need_module(name, "pip install -e '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", str(folder)]
    command += ["-d", str(tmp_path_factory.mktemp("doctrees"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_reached_and_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert pages <= {path.stem for path in site.glob("*.html")}
    index = (site / "index.html").read_text(encoding="utf-8")
    assert {name for name in pages if f'href="{name}.html"' not in index} == {"index"}
    for path in site.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=\"([^\"]*)\"", text)
        assert [name for name in loaded if re.match(r"(?:\w+:)?//", name)] == [], path.name
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", styles) == []


def test_reference_comes_from_the_registry_the_audit_and_the_docstrings(site: Path) -> None:
    theorems = (site / "proofs.html").read_text(encoding="utf-8")
    assert 'id="t-kl-normal"' in theorems
    assert theorems.count("<math") > 500
    assert "judged" not in theorems  # nobody has judged anything while the site was built
    codes = (site / "codes.html").read_text(encoding="utf-8")
    assert all(f'id="{code.lower()}"' in codes for code in CODES)
    signatures = (site / "api.html").read_text(encoding="utf-8")
    for name in generated.__all__:
        assert re.search(rf'id="derive\.generated\.python\.\w+\.{name}"', signatures), name


_BROKEN = """<script>
const range = document.createRange();
let broken = 0, cells = document.querySelectorAll('td.text-right');
for (const cell of cells) {
  range.selectNodeContents(cell.querySelector('p') || cell);
  broken += range.getClientRects().length > cell.textContent.trim().split(/\\s+/).length;
}
document.title = `${cells.length > 100} broken ${broken}`;
</script></body>"""


@pytest.mark.parametrize("width", [500, 1280])
def test_no_figure_of_a_table_is_broken_in_two(
    site: Path, width: int, tmp_path: Path, need: Callable[..., None]
) -> None:
    need("chromium")
    page = site / f"probe-{width}.html"
    page.write_text((site / "accuracy.html").read_text(encoding="utf-8").replace("</body>", _BROKEN), encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]
    command += [f"--window-size={width},900", "--dump-dom", page.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
    page.unlink()
    assert "<title>true broken 0</title>" in dom
