"""``derive identify``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from derive import untrusted
from derive.errors import UsageError


class FormulaCommand(click.Command):
    """A command whose argument may begin with a minus sign, as formulas do."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options: list[str] = []
        formulas: list[str] = []
        takes_value = {
            name: not param.is_flag
            for param in self.get_params(ctx)
            if isinstance(param, click.Option)
            for name in param.opts
        }
        rest = list(args)
        while rest:
            arg = rest.pop(0)
            name = arg.partition("=")[0]
            if arg == "--":
                formulas += rest
                break
            if takes_value.get(arg):
                options += [f"{arg}={rest.pop(0)}"] if rest and arg.startswith("--") else [arg]
            elif arg in takes_value or (name.startswith("--") and name in takes_value):
                options.append(arg)
            else:
                formulas.append(arg)
        return super().parse_args(ctx, [*options, "--", *formulas])


@click.command(cls=FormulaCommand)
@click.argument("expr", required=False)
@click.option("--sampler", metavar="EXPR", help='The reparameterisation that goes with it: "mu + exp(0.5*logvar)*eps".')
@click.option("--file", "path", metavar="FILE", help="Read the formula from a file instead (- is standard input).")
@click.option("--function", metavar="NAME", help="The function or Class.method of --file that holds it.")
@click.option("--table", metavar="FILE", help="Many formulas: a JSON list of records, as Markdown.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("-v", "--verbose", is_flag=True, help="Roles, digits lost, the stable spelling in full.")
def identify(
    expr: str | None,
    sampler: str | None,
    path: str | None,
    function: str | None,
    table: str | None,
    as_json: bool,
    verbose: bool,
) -> int:
    """What is this formula? EXPR is Python (NumPy, PyTorch, TensorFlow, Keras, JAX), LaTeX, or a block of assignments.

    Exit status: 0 exactly KL with names and sampler that agree, 1 any other verdict, 2 it cannot be parsed.
    """
    from derive.identify.read.limits import MAX_FILE

    if table is not None:
        if expr is not None or path is not None or sampler is not None or as_json or verbose:
            raise UsageError("--table stands alone: a record has formula and sampler", "derive identify --table FILE")
        click.echo(within_limits("the table", _tabled, _content(table, MAX_FILE))["text"])
        return 0
    if (expr is None) == (path is None):
        raise UsageError("give either a formula or --file", 'derive identify "-0.5*(1 + logvar - mu**2 - exp(logvar))"')
    if function and not path:
        raise UsageError("--function needs --file", "derive identify --file model.py --function loss")
    text = _content(path, MAX_FILE) if path is not None else expr or ""
    answer = within_limits("the formula", _answered, text, path is not None, function, sampler, as_json, verbose)
    click.echo(answer["text"])
    return 0 if answer["good"] else 1


def within_limits(what: str, call: Callable[..., Any], *arguments: Any) -> Any:
    """The value of a call in a worker process, which the system ends where it takes too much time or memory.

    Raises
    ------
    UsageError
        where it does; and what the call itself raised.
    """
    from derive.campaign.worker import Limits
    from derive.campaign.workers import WorkerEnded, Workers
    from derive.identify.read.limits import WORK_MEMORY, WORK_SECONDS

    with Workers(1, Limits(WORK_SECONDS, WORK_MEMORY)) as workers:
        try:
            answer = workers.submit(_guarded, call, *arguments).result()
        except (WorkerEnded, RuntimeError) as error:
            raise UsageError(f"{what} {error}", "give a shorter one") from None
    if "message" in answer:
        raise UsageError(answer["message"], answer["hint"])
    return answer


def _guarded(call: Callable[..., Any], *arguments: Any) -> Any:
    """In the worker: the value, or the error as data."""
    try:
        return call(*arguments)
    except UsageError as error:
        return {"message": error.message, "hint": error.hint}


def _answered(
    text: str, whole: bool, function: str | None, sampler: str | None, as_json: bool, verbose: bool
) -> dict[str, object]:
    """In the worker, which alone needs the mathematics: the answer as it is printed, and whether it is a good one."""
    from derive.identify.answer.identification import given_sampler, identify_text
    from derive.identify.explain import lines
    from derive.identify.read.limits import MAX_FILE
    from derive.identify.read.reading import read, read_function

    limits = (MAX_FILE,) if whole else ()
    source = read_function(text, function, *limits) if function else read(text, *limits)
    answer = identify_text(source, given_sampler(sampler) if sampler is not None else None)
    if as_json:
        return {"text": untrusted.as_json(answer.as_json()), "good": answer.good}
    return {"text": untrusted.lines("\n".join(lines(answer, verbose))), "good": answer.good}


def _tabled(text: str) -> dict[str, object]:
    """In the worker: the table."""
    from derive.identify.table import table

    return {"text": untrusted.lines(table(text))}


def _content(path: str, limit: int) -> str:
    if path == "-" and sys.stdin is None:
        raise UsageError("standard input is closed", "give the name of a file")
    try:
        data = sys.stdin.buffer.read(limit + 1) if path == "-" else _read(Path(path), limit)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}") from None


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit + 1)
