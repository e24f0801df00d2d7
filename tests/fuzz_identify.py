"""Hostile input for identify and audit: ``python tests/fuzz_identify.py --count 100000 --seed 1``.

Expressions from a grammar, formulas of the corpus with characters and tokens changed, LaTeX, bytes, files, notebooks,
and inputs made to hurt (deep nesting, huge exponents, long lines, assignments that double). Every case must end in an
answer or in a UsageError within a time limit; an audit hook turns any execution of code, process, socket, import, or
file access but the one file audited into a failure.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from identify_corpus import CASES, OTHER
from spellings import right, wrong

from derive.audit.codes import CODES
from derive.audit.files import Found
from derive.audit.findings import audit_file
from derive.errors import UsageError
from derive.identify import identify

NAMES = (
    "mu logvar log_sigma sigma std var x y eps beta N self.mu q.loc z[0] prior_sigma mu1 mu2 std1 std2 rho n λ σ"
).split()
FUNCTIONS = (
    "exp log sqrt square pow sum mean softplus expm1 log1p clamp foo tanh reciprocal logaddexp prod __import__"
    " eval open max randn Normal kl_divergence rsample"
).split()
PREFIXES = ["", "torch.", "np.", "tf.math.", "K.", "jnp.", "os.", "self."]
NUMBERS = [
    "0",
    "1",
    "2",
    "0.5",
    "-1",
    "1e-8",
    "1e400",
    "9**9**9",
    "10**300",
    "1/3",
    "1e-400",
    "0x10",
    "1_000",
    "3j",
    "True",
    "9" * 50,
    "64",
    "-64",
    "(1/3)",
    "(-7/5)",
    "0.2",
]
COMMANDS = (
    r"\frac \log \ln \exp \sigma \mu \left( \right) ^2 _1 ^{ } { \sum_{i} \cdot \sqrt | \| + - = 1 2 e ^ \text"
    r" \mathrm{tr} \Sigma ^\top \foo & \\ $".split()
)
SUFFIXES = [".pow(2)", ".exp()", ".sum(1)", ".mean()", "[0]", ".T", ".log_prob(z)", "**2", "()"]
LIMIT_SECONDS = 5.0  # of processor time: a busy machine is no hang


def expression(rng: random.Random, depth: int) -> str:
    """A Python expression by a grammar, sensible and senseless."""
    roll = rng.random()
    if depth <= 0 or roll < 0.2:
        return rng.choice(NAMES) if rng.random() < 0.7 else rng.choice(NUMBERS)
    if roll < 0.6:
        op = rng.choice(
            [" + ", " - ", " * ", " / ", "**", " @ ", " % ", " if x else ", " and "]
            if rng.random() < 0.1
            else [" + ", " - ", " * ", " / ", "**"]
        )
        return f"{expression(rng, depth - 1)}{op}{expression(rng, depth - 1)}"
    if roll < 0.85:
        arguments = ", ".join(expression(rng, depth - 2) for _ in range(rng.choice([1, 1, 1, 2, 3, 0])))
        return f"{rng.choice(PREFIXES)}{rng.choice(FUNCTIONS)}({arguments})"
    if roll < 0.93:
        return f"({expression(rng, depth - 1)}){rng.choice(SUFFIXES)}"
    return f"-({expression(rng, depth - 1)})"


def changed(rng: random.Random, text: str) -> str:
    """A text with a few characters deleted, doubled, exchanged or inserted."""
    characters = list(text)
    for _ in range(rng.randint(1, 4)):
        if not characters:
            break
        at = rng.randrange(len(characters))
        action = rng.randrange(4)
        if action == 0:
            del characters[at]
        elif action == 1:
            characters.insert(at, characters[rng.randrange(len(characters))])
        elif action == 2:
            characters[at] = rng.choice("()+-*/.,^_{}[]\\ \n\t0129eéσ²\x00=:;'\"#@")
        else:
            other = rng.randrange(len(characters))
            characters[at], characters[other] = characters[other], characters[at]
    return "".join(characters)


def hurtful(rng: random.Random) -> str:
    """Inputs made to exhaust time, memory or the stack."""
    n = rng.choice([50, 99, 101, 150, 1_000, 100_000, 1_000_000])
    few = min(n, 300)
    return rng.choice(
        [
            "(" * n + "x" + ")" * n,
            "-" * n + "x",
            "x + " * (n // 4) + "x",
            "x**" * few + "2",
            "9**" * few + "9",
            "exp(" * few + "x" + ")" * few,
            "\\frac{" * few + "1}{2}",
            "{" * n,
            "x" * n,
            "1" * n,
            "x" + ".exp()" * few,
            f"({' + '.join(f'a{i}' for i in range(few))})**{rng.choice([2, 8, 60, 10**9])}",
            f"log({'*'.join(f'a{i}' for i in range(few))})",
            "\n".join(f"a{i + 1} = a{i} + a{i}*a{i}" for i in range(min(n, 200))),
            "\n".join(f"a{i + 1} = a{i} + a{i}" for i in range(min(n, 200))),
            f"x**{n} - x**{n} + exp({n}*y)",
            f"log({10**40 + 7}) + sqrt({10**40 + 7}) * exp(log({n}))",
            "lambda: " * few + "0",
            "[" * few + "x for x in y" + "]" * few,
            "f'{" * 20 + "x" + "}'" * 20,
            "x\\\n" * few,
            "\\" + "log" * few,
            "a" + "_1" * few + "^2",
        ]
    )


def source(rng: random.Random) -> bytes:
    """A file: functions of formulas, some with bytes changed."""
    functions = []
    for index in range(rng.randint(1, 3)):
        text = rng.choice([rng.choice(CASES).text, right(rng).text, wrong(rng).text, expression(rng, 4)])
        lines = text.split("\n")
        functions.append(
            f"def f{index}(self, mu, logvar):\n"
            + "".join(f"    {line}\n" for line in lines[:-1])
            + f"    kl = {lines[-1]}\n    return kl\n"
        )
    text = "\n".join(functions)
    if rng.random() < 0.4:
        text = changed(rng, text)
    data = text.encode("utf-8", "replace")
    if rng.random() < 0.1:
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.randbytes(rng.randint(1, 8)) + data[at:]
    return data


def notebook(rng: random.Random) -> bytes:
    cells = [
        {
            "cell_type": rng.choice(["code", "markdown", 3]),
            "source": [source(rng).decode("utf-8", "replace"), "\n%time x"],
        }
        for _ in range(2)
    ]
    text = json.dumps({"cells": cells})
    return (changed(rng, text) if rng.random() < 0.5 else text).encode("utf-8", "surrogatepass")


def case(rng: random.Random) -> tuple[str, str | bytes]:
    """A kind and an input."""
    roll = rng.random()
    if roll < 0.35:
        return "expression", expression(rng, rng.randint(1, 7))
    if roll < 0.5:
        return "changed", changed(rng, rng.choice([rng.choice(CASES).text, rng.choice(OTHER), wrong(rng).text]))
    if roll < 0.6:
        return "spelling", wrong(rng).text
    if roll < 0.7:
        return "latex", " ".join(rng.choice(COMMANDS) for _ in range(rng.randint(1, 25)))
    if roll < 0.75:
        return "bytes", rng.randbytes(rng.randint(0, 80)).decode("latin-1")
    if roll < 0.77:
        return "hurtful", hurtful(rng)
    if roll < 0.95:
        return "file", source(rng)
    if roll < 0.96:
        return "file", hurtful(rng).encode()
    if roll < 0.97:
        return "file", rng.randbytes(rng.randint(0, 300))
    return "notebook", notebook(rng)


WATCHING = [True]  # emptied once a case has failed, so that its traceback can be printed


class Forbidden(BaseException):
    """Something that reading a formula must never do."""


def watch(allowed: str) -> None:
    """From now on, execution, processes, sockets, imports and other files are failures."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if not WATCHING:
            return
        if event == "open" and (isinstance(arguments[0], int) or str(arguments[0]).startswith(allowed)):
            return  # the file, or a descriptor that was opened before
        head = event.partition(".")[0]
        if event in ("exec", "open", "import") or head in (
            "subprocess",
            "socket",
            "ctypes",
            "urllib",
            "pty",
            "winreg",
            "ftplib",
        ):
            raise Forbidden(f"{event} {arguments!r:.200}")
        if event in (
            "os.system",
            "os.exec",
            "os.fork",
            "os.posix_spawn",
            "os.remove",
            "os.rename",
            "shutil.rmtree",
            "os.listdir",
            "os.mkdir",
        ):
            raise Forbidden(f"{event} {arguments!r:.200}")

    sys.addaudithook(hook)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, help="go on for so long instead")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="fuzz-")
    names = {"file": f"{folder}/case.py", "notebook": f"{folder}/case.ipynb"}
    warm_up()
    watch(folder)
    outcomes: Counter[str] = Counter()
    slowest, slow_input = 0.0, ""
    codes = frozenset(CODES)
    signal.signal(signal.SIGVTALRM, _too_slow)
    start = time.perf_counter()
    index = 0
    while index < options.count if options.seconds is None else time.perf_counter() - start < options.seconds:
        kind, text = case(random.Random(f"{options.seed}-{index}"))
        if isinstance(text, bytes):
            Path(names[kind]).write_bytes(text)
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT_SECONDS)
        try:
            if isinstance(text, bytes):
                findings, skipped, _read, _ = audit_file(Found(Path(names[kind])), codes)
                outcome = "findings" if findings else "skipped" if skipped else "nothing found"
            else:
                outcome = identify(text, sampler="mu + exp(0.5*logvar)*eps" if index % 7 == 0 else None).verdict
        except UsageError:
            outcome = "refused"
        except (Exception, Forbidden):
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            WATCHING.clear()
            traceback.print_exc()
            print(f"FAILED case {index} of seed {options.seed} ({kind}): {text!r:.2000}")
            return 1
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        took = time.process_time() - began
        if took > slowest:
            slowest, slow_input = took, f"{kind} {text!r:.100}"
        outcomes[f"{'file' if isinstance(text, bytes) else 'text'}: {outcome}"] += 1
        index += 1
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:8d}  {outcome}")
    took = time.perf_counter() - start
    print(f"{index} cases, seed {options.seed}, {took:.0f} s; slowest {slowest:.2f} s: {slow_input}")
    return 0


def warm_up() -> None:
    """Import everything that is imported on first use."""
    import codecs
    import difflib  # noqa: F401

    for encoding in ("utf-8-sig", "latin-1", "ascii", "idna"):
        codecs.lookup(encoding)

    for text in (
        "-0.5*(1 + lv - mu**2 - exp(lv))",
        "-0.5*(1 + ls - mu**2 - exp(2*ls))",
        r"\mu^2",
        "exp(a - b) - 1 - (a - b)",
        WRONG_PAIR,
    ):
        identify(text)
    for seed in range(40):
        identify(wrong(random.Random(seed)).text)
        identify(right(random.Random(seed)).text)


WRONG_PAIR = "np.log(s2/s1) + (s1**2 + (m1 - m2)**2)/(2*s2) - 0.5"


def _too_slow(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"more than {LIMIT_SECONDS} s")


if __name__ == "__main__":
    sys.exit(main())
