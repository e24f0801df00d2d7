"""The subjects of what is emitted: those of a family whose kernels wait have records, and nothing to be judged."""

from pathlib import Path

from derive.verify.emitted import Emitted

SUBJECTS = Emitted.read(Path(__file__).resolve().parent.parent / "generated").subjects
