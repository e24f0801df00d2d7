"""What is this formula? ``derive.identify("-0.5*(1 + logvar - mu**2 - exp(logvar))")`` answers with a record.

The package is called by its own name: :mod:`derive` makes it callable when it is imported, as it does for every stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.identify.answer.record import Identification

__all__ = ["identify"]


def identify(text: str, sampler: str | None = None) -> Identification:
    """See :func:`derive.identify.answer.identification.identify`; SymPy is imported with the first call."""
    from derive.identify.answer.identification import identify as answer

    return answer(text, sampler)
