"""``python -m derive``, and the ``derive`` command."""

import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> "NoReturn":
    """Run the command. An interrupt before it can answer ends it at once, and without a trace."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from derive.cli import main as command

    signal.signal(signal.SIGINT, signal.default_int_handler)
    command()


if __name__ == "__main__":
    main()
