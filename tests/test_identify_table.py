"""`derive identify --table`, and docs/defects.md, which is what it prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from derive.cli import run
from derive.errors import UsageError
from derive.identify.table import table

DOCS = Path(__file__).resolve().parent.parent / "docs"
RECORDS = json.loads((DOCS / "defects.json").read_text(encoding="utf-8"))


def test_the_page_of_defects_is_what_identify_says_of_them() -> None:
    page = (DOCS / "defects.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"<!-- derive identify --table docs/defects.json -->\n(.*?)\n<!-- end -->", page, re.DOTALL)
    assert shown == table((DOCS / "defects.json").read_text(encoding="utf-8")), (
        "put what `derive identify --table docs/defects.json` prints between the marks in docs/defects.md"
    )


def test_there_are_many_defects_each_with_its_thread() -> None:
    assert len(RECORDS) >= 30
    threads = [thread for record in RECORDS for thread in record["threads"]]
    assert all(re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+/(issues|pull)/\d+", thread) for thread in threads)
    assert all(record["threads"] and record["reported"] and record["subject"] for record in RECORDS)
    alarms = [record for record in RECORDS if re.match("false alarm|asked for instead", record["reported"])]
    share = sum(len(record["threads"]) for record in alarms) / len(threads)
    assert "A third of these\nthreads" in (DOCS / "defects.md").read_text(encoding="utf-8")
    assert 0.3 < share < 0.37


def test_right_code_is_not_told_that_it_is_wrong() -> None:
    shown = table(json.dumps([record for record in RECORDS if "false alarm" in record["reported"]]))
    assert "✗" not in shown
    assert shown.count("exactly KL") >= 9


def test_what_markdown_or_html_would_read_is_written_as_itself() -> None:
    record = {
        "formula": "mu**2 | `x`",
        "reported": "a|b <script> *c*",
        "threads": ["https://example.org/a>)|<b", "javascript:x"],
    }
    with pytest.raises(UsageError, match="record 1"):
        table(json.dumps([record]))
    shown = table(json.dumps([record | {"formula": "0.5*(exp(l) + mu**2 - 1 - l)"}])).splitlines()[-1]
    assert re.search(r"(?<!\\)<(?!br>|https://example\.org/a\)b>)", shown) is None
    assert "a\\|b \\<script\\> \\*c\\*" in shown
    assert "javascript:" not in shown


@pytest.mark.parametrize(
    "text", ["{", "{}", "[1]", "[{}]", '[{"formula": 1}]', '[{"formula": "x", "colour": "red"}]', "[" * 100_000]
)
def test_a_file_that_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        table(text)


def test_the_table_stands_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.json"
    path.write_text('[{"formula": "0.5*(exp(l) + mu**2 - 1 - l)", "sampler": "mu + exp(l/2)*e"}]')
    assert run(["identify", "--table", str(path)]) == 0
    assert (
        capsys.readouterr()
        .out.splitlines()[-1]
        .endswith("| ✓ exactly KL(N(mu, exp(l)) ‖ N(0, 1))<br>the sampler agrees with the divergence |")
    )
    assert run(["identify", "--table", str(path), "--json"]) == 2
