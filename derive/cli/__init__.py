"""The ``derive`` command. Its subcommands are loaded when they are called, so that
``derive --help`` imports click and nothing more.

It only prints: everything that is computed comes from :mod:`derive.pipeline` or from the module of the subcommand.
Exit status: 0 good; 1 a check said no; 2 the request cannot be carried out; 130 interrupted; 141 the reader of the
output has gone.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NoReturn

import click

from derive import __version__, untrusted
from derive.cli.console import complain
from derive.errors import DeriveError, UsageError


@dataclass(frozen=True)
class Subcommand:
    """Where a subcommand is defined, and the line about it in ``derive --help``."""

    module: str
    attribute: str
    summary: str


#: By what a person wants.
PURPOSES = {
    "Understand a formula": {
        "identify": Subcommand("derive.identify.command", "identify", "What is this formula? In Python or LaTeX."),
        "show": Subcommand(
            "derive.cli.theorems", "show", "One claim with its evidence, or one theorem with its steps."
        ),
        "list": Subcommand("derive.cli.theorems", "list_theorems", "What people claim, with verdicts; the theorems."),
        "report": Subcommand(
            "derive.cli.report", "report_command", "A page or a paper to cite, pictures, accuracy and speed."
        ),
    },
    "Use it": {
        "vendor": Subcommand(
            "derive.cli.vendor", "vendor", "Copy chosen emitted files into a project, or check copies."
        ),
    },
    "Check": {
        "audit": Subcommand("derive.audit.command", "audit", "Find KL terms in code, and report wrong ones."),
        "explain": Subcommand("derive.audit.command", "explain", "What a code of the audit means."),
        "prove": Subcommand("derive.cli.theorems", "prove", "Check proofs, and nothing else."),
        "bounds": Subcommand("derive.cli.bounds", "bounds", "Run the rounding analysis again, line by line."),
        "verify": Subcommand("derive.cli.verify", "verify", "Check emitted files against integrals and exact values."),
    },
    "Maintain": {
        "all": Subcommand("derive.cli.build", "build", "Prove, emit, verify and publish everything in generated/."),
        "bench": Subcommand("derive.cli.bench", "bench", "Time the emitted files beside other code, and the command."),
    },
}
SUBCOMMANDS = {name: place for places in PURPOSES.values() for name, place in places.items()}


class LazyGroup(click.Group):
    """A group that imports the module of a subcommand when the subcommand is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = SUBCOMMANDS.get(cmd_name)
        if place is None:
            return None
        command: click.Command = getattr(import_module(place.module), place.attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for purpose, places in PURPOSES.items():
            with formatter.section(purpose):
                formatter.write_dl([(f"{name:<9}", place.summary) for name, place in places.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in SUBCOMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], SUBCOMMANDS, n=1)
            raise UsageError(
                f"there is no command {args[0]!r}",
                f"did you mean `derive {near[0]}`?" if near else "`derive -h` names them all",
            )
        _refuse_empty(args)
        return super().resolve_command(ctx, args)


def _refuse_empty(words: Sequence[str]) -> None:
    """An empty text names nothing; as a path it would be the folder that one is in, as a choice no choice."""
    before = ""
    for word in words:
        option, _, value = word.partition("=") if word.startswith("--") else (before, "", word)
        if not value and (word == "" or "=" in word):
            after = f" after {option}" if option.startswith("-") else ""
            raise UsageError(
                f"`derive {words[0]}` was given an empty text{after}",
                "say what is meant, such as . for this folder; a variable of the shell may be unset",
            )
        before = word


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Exit status: 0 good, 1 a check said no, 2 the request cannot be carried out.",
)
@click.version_option(__version__, message="derive %(version)s")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no prose; results and errors only.")
def derive(quiet: bool) -> None:
    """KL divergences of Gaussians and other distributions: derived, proved, emitted as LaTeX and code, verified,
    identified.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and leave with its exit status. A request to terminate is taken as an interrupt."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    here = os.path.realpath(os.curdir)
    sys.path[:] = [place for place in sys.path if os.path.realpath(place or os.curdir) != here]
    status = run(sys.argv[1:] if arguments is None else arguments)
    _leave_unwritten()
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run the command; errors become one line on stderr, a hint, and the exit status of their kind."""
    if sys.stdout is None:
        complain("standard output is closed: there is no place for the answer", "send it to a file, or to /dev/null")
        return 2
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show σ shows its number
    try:
        status = derive.main(args=list(arguments), prog_name="derive", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except DeriveError as error:
        if "--json" in arguments:
            click.echo(untrusted.as_json({"ok": False, "error": error.message, "hint": error.hint}))
        complain(error.message, error.hint)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "derive"
        complain(_sentence(error.format_message()), f"`{path} -h` shows the usage")
        return 2
    except click.ClickException as error:
        complain(_sentence(error.format_message()))
        return 2
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted")
        return 130
    except SystemExit as left:
        # click leaves like this when it has completed a word for a shell, and when the reader of a pipe has gone, which
        # the shell calls 128 + SIGPIPE
        return int(left.code or 0) if "_DERIVE_COMPLETE" in os.environ else 141
    except (OSError, MemoryError) as error:
        said = "memory is exhausted" if isinstance(error, MemoryError) else str(error)
        complain(f"this machine does not let derive go on: {said}", "make room, or give another place")
        return 2
    except Exception:
        click.echo(untrusted.lines(traceback.format_exc().rstrip()), err=True)
        complain("this is a defect of derive itself", "please report the lines above")
        return 2


def _leave_unwritten() -> None:
    """What could not be written is not tried again as Python ends, with a complaint or with a status of its own."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")
