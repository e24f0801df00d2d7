"""The terms: cancellation-free expressions, one file each, found by what they are of.

A file says which term of a shape it is for (``TERM``, and the kind of its argument, ``OF``), and ``tree(at, product)``
builds the product's head, tail and exponent with what is proved of them. To add a term, add a file.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from derive.errors import CheckFailed
from derive.lower.arithmetic.scaled import Arguments, Scaled, exponential, times
from derive.lower.shape import Power, Product
from derive.vocabulary.kernel import exact_mul


@cache
def terms() -> dict[tuple[type, type | None], ModuleType]:
    """The files of this folder, by term and kind of argument."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return {(module.TERM, module.OF): module for module in modules}


def module_of(product: Product) -> ModuleType:
    """The file that has the term of a product. Raises :class:`CheckFailed` where none has."""
    of = None if isinstance(product.term, Power) else type(product.term.of)
    found = terms().get((type(product.term), of))
    if found is None:
        kind = f"{type(product.term).__name__} of a {of.__name__}" if of else type(product.term).__name__
        raise CheckFailed(f"no file in derive/lower/terms is for the term {kind.lower()}")
    return found


def tree(at: Arguments, product: Product) -> Scaled:
    """A product as head, tail and exponent."""
    module = module_of(product)
    found: Scaled = module.tree(at, product)
    if product.decay is not None and not getattr(module, "DECAYS", False):
        d = at.distance(product.decay)
        found = times(found, exponential(at.b, replace(d, head=-d.head, tail=-d.tail)))
    if product.sign is not None:
        sign = at.sign(product.sign.offset)
        found = replace(found, head=exact_mul(found.head, sign), tail=exact_mul(found.tail, sign))
    return found
