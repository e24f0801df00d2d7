"""Hostile names, manifests and journals: ``python tests/fuzz_folders.py --count 1000 --seed 1`` or ``--seconds 120``.

Names of files go through every format of an audit; a manifest stands in a folder that is to be replaced; a journal is
read after bytes, lines and results of it were changed. Every case must end in an answer or in a UsageError; no line of
the output may be a command that a name made up; a file that derive did not write is there afterwards; a result that is
read from a journal is the one that was written.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from derive import publish, untrusted
from derive.audit import printing
from derive.audit.codes import CODES
from derive.audit.finding import Finding
from derive.campaign.journal import Journal
from derive.errors import UsageError

PIECES = [
    *"a b . - _ / : , % % %0A %25 :: ::error ::error::x ##[error] ##[ é σ \" ' \\ < > & | ; $ ` ~ * ? [ ] { }".split(),
    *[
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\v",
        "\f",
        "\0",
        "\x1b[2J",
        "\x1b]0;x\x07",
        "\x9b",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
    ],
    *["\u202e", "\u2066", "\u200b", "\ufeff", "\udcff", "\U0001f600", "\U000e0001"],
]
VALUES = ["null", "{}", "[]", "0", "1e999", '"x"', "true", '{"a": "0"}', '["a"]', '"\\ud800"', "NaN", "[" * 2000]
VALUES += ['"derive-kl"'] * 4
KEYS = ["generator", "files", "version", "schema", "manifest_version", "name"]


def text(chance: random.Random) -> str:
    return "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 12)))


def name(chance: random.Random, _folder: Path) -> str:
    """A name in a finding, and in a line about a file that was not read, in every format."""
    finding = Finding(text(chance), chance.choice(["", text(chance)]), 1, 1, chance.choice(list(CODES)), text(chance))
    printed = [printing.as_text(finding), printing.as_github(finding), untrusted.line(text(chance))]
    printed += [printing.not_read_as_github(text(chance))]
    for line in printed:
        assert line.isprintable(), line
        assert "##[" not in line, line
    for line in (printed[0], printed[2]):
        assert not line.lstrip().startswith("::"), line
    properties = printed[1].removeprefix("::warning ").partition("::")[0].split(",")
    expected = ["file", *([] if finding.cell else ["line", "col"]), "title"]
    assert [p.partition("=")[0] for p in properties] == expected, printed[1]
    for document in (printing.as_json([finding], 1, [text(chance)]), printing.as_sarif([finding], [text(chance)])):
        assert all(c.isprintable() or c == "\n" for c in document)
        json.loads(document)
    assert json.loads(printing.as_json([finding], 1, []))["findings"][0]["path"] == finding.path
    return "written"


def manifest(chance: random.Random, folder: Path) -> str:
    """A folder with somebody's file and some manifest: what is lost if it is asked to be replaced?"""
    place = folder / "generated"
    place.mkdir()
    (place / "thesis.tex").write_text("years of work")
    fields = [f'"{chance.choice(KEYS)}": {chance.choice(VALUES)}' for _ in range(chance.randrange(4))]
    content = "{" + ", ".join(fields) + "}"
    if chance.random() < 0.3:
        cut = chance.randrange(len(content))
        content = content[:cut] + chance.choice(PIECES) + content[cut + chance.randrange(3) :]
    (place / "manifest.json").write_bytes(content.encode(errors="surrogatepass"))
    files = {"a": b"1", "manifest.json": b"{}"}
    try:
        publish.check_target(place, ours=chance.random() < 0.5)
        publish.check_strangers(files, place)
        publish.publish(files, place)
    finally:
        assert (place / "thesis.tex").read_text() == "years of work", content
    return "replaced"


def journal(chance: random.Random, folder: Path) -> str:
    """A journal of three results, in which something was changed."""
    path, results = folder / "journal", {"a": 1, "b": (0.5, "σ"), "c": float("inf")}
    with Journal.open(path) as written:
        for number, (key, result) in enumerate(results.items()):
            written.add(key, "task", number, result)
    data = bytearray(path.read_bytes())
    lines = bytes(data).splitlines(keepends=True)
    kind = chance.randrange(4)
    if kind == 0:
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
    elif kind == 1:
        del data[chance.randrange(len(data)) :]
    elif kind == 2:
        chance.shuffle(lines)
        data = bytearray(b"".join(lines[: chance.randrange(4)]))
    else:
        records = [json.loads(line) for line in lines]
        one, two = chance.sample(records, 2)
        field = chance.choice(list(one))
        one[field], two[field] = two[field], one[field]
        data = bytearray("".join(json.dumps(record) + "\n" for record in records).encode())
    path.write_bytes(data)
    with Journal.open(path) as read:
        for key, result in results.items():
            assert read.known(key) in ((), (result,)), bytes(data)
    return "read"


KINDS: dict[str, Callable[[random.Random, Path], str]] = {"name": name, "manifest": manifest, "journal": journal}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, help="go on for so long instead")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcomes: Counter[str] = Counter()
    end, index = time.monotonic() + (options.seconds or 0.0), 0
    while index < options.count if options.seconds is None else time.monotonic() < end:
        kind = list(KINDS)[index % len(KINDS)]
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            try:
                outcome = KINDS[kind](random.Random(f"{options.seed}-{index}"), Path(os.fsdecode(folder)))
            except UsageError:
                outcome = "refused"
            except Exception:
                traceback.print_exc()
                print(f"FAILED case {index} of seed {options.seed} ({kind})")
                return 1
        outcomes[f"{kind}: {outcome}"] += 1
        index += 1
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:8d}  {outcome}")
    print(f"{index} cases, seed {options.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
