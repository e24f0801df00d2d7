"""The one sampler: arguments for every subject, drawn from a seed, where kernels go wrong.

The strategies of a subject stand in its record; the cross product of special values is here (`special_points`).
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Sequence

import numpy as np

from derive.verify.families.record import Subject
from derive.verify.points.draw import finite
from derive.verify.ulp import PRECISIONS, FloatArray, Precision

#: One sampler seed per campaign; another one is given by ``--seed``.
SEED = 20230


def points(subject: Subject, precision: Precision, count: int, seed: Sequence[int]) -> tuple[FloatArray, ...]:
    """``count`` points, one array per argument, in the format's type; the same for the same seed."""
    rng = np.random.default_rng([*seed, zlib.crc32(subject.name.encode()), PRECISIONS.index(precision)])
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        columns = subject.sample(rng, count, precision)
    return tuple(finite(c, precision) for c in columns)


def special_points(subject: Subject, precision: Precision) -> tuple[FloatArray, ...]:
    """Cross product of the special values and one ordinary value of each sign."""
    tiny = precision.smallest
    one = (math.nan, -math.inf, -1.0, -0.0, 0.0, tiny, 1.0, 2.5, precision.largest, math.inf)
    arity = subject.arity
    few = {1: (*one, -2.0, -tiny, -precision.largest), 2: (*one, -2.5)}
    values = few.get(arity, (math.nan, -math.inf, -1.0, 0.0, 2.5, math.inf))
    rows = list(itertools.product(values, repeat=arity))
    if arity > 2:
        rows += list(itertools.product((-0.0, tiny, 1.0, precision.largest, math.inf), repeat=arity))
    return tuple(np.array(column, precision.dtype) for column in zip(*rows, strict=True))
