"""The frameworks whose kernels are trees of one format's arithmetic: one record for each, and the only list of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Framework:
    """A framework.

    Attributes
    ----------
    name : of its module, of the target, and of the emitted file ``python/kl_NAME.py``, whose text is in
        ``derive.emit.python.NAME_text``; ``derive.verify.targets.NAME`` loads it, and knows nothing of this record.
    flushes : whether its compiler sets subnormal numbers to 0, which the proofs suppose that nothing does.
    """

    name: str
    flushes: bool = False


FRAMEWORKS = {f.name: f for f in (Framework("torch"), Framework("jax", flushes=True), Framework("keras"))}
