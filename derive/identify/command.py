"""``derive identify``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

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
@click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False),
    help="Read the formula from a file instead (- is standard input).",
)
@click.option("--function", metavar="NAME", help="The function or Class.method of --file that holds it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("-v", "--verbose", is_flag=True, help="Roles, digits lost, the stable spelling in full.")
def identify(
    expr: str | None, sampler: str | None, path: str | None, function: str | None, as_json: bool, verbose: bool
) -> int:
    """What is this formula? EXPR is Python (NumPy, PyTorch, TensorFlow, Keras, JAX), LaTeX, or a block of assignments.

    Exit status: 0 exactly KL with names and sampler that agree, 1 any other verdict, 2 it cannot be parsed.
    """
    if (expr is None) == (path is None):
        raise UsageError("give either a formula or --file", 'derive identify "-0.5*(1 + logvar - mu**2 - exp(logvar))"')
    if function and not path:
        raise UsageError("--function needs --file", "derive identify --file model.py --function loss")
    from derive.identify.answer.explain import lines
    from derive.identify.answer.identification import given_sampler, identify_text
    from derive.identify.read.limits import MAX_FILE
    from derive.identify.read.reading import read, read_function

    if path is not None:
        text = _content(path, MAX_FILE)
        source = read_function(text, function, MAX_FILE) if function else read(text, MAX_FILE)
    else:
        source = read(expr or "")
    answer = identify_text(source, given_sampler(sampler) if sampler is not None else None)
    if as_json:
        click.echo(json.dumps(answer.as_json(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(answer, verbose)))
    return 0 if answer.good else 1


def _content(path: str, limit: int) -> str:
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
