"""What is this formula? ``derive.identify("-0.5*(1 + logvar - mu**2 - exp(logvar))")`` answers with a record.

The package is called by its own name: :mod:`derive` makes it callable when it is imported, as it does for every stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.identify.answer.record import Identification

__all__ = ["identify"]


def identify(text: str, sampler: str | None = None) -> Identification:
    """What a formula is: exactly KL, factor * KL + offset, an estimator, close to it but wrong, or nothing of the kind.

    Parameters
    ----------
    text : str
        a Python expression or block, or mathematics (LaTeX or plain). It is parsed, never evaluated.
    sampler : str, optional
        the reparameterisation that goes with it, ``"mu + exp(0.5*logvar)*eps"``.

    Returns
    -------
    Identification
        ``verdict`` is ``"kl"``, ``"affine_kl"``, ``"not_kl"``, ``"estimator"`` or ``"unrecognised"``; ``roles`` says
        which name plays which part, ``scale`` what the second argument has to be, ``fix`` what would make it right.

    Raises
    ------
    derive.errors.UsageError
        where it cannot be parsed, or holds something outside the accepted table.
    """
    from derive.identify.answer.identification import identify as answer

    return answer(text, sampler)
