"""Points on which emitted code broke its bound, mutants or what was declared, unseen by all other points of quick.

``derive verify --mutants`` lists those of mutants, ready to be added here; every level of verification takes them all.
"""

from __future__ import annotations

import numpy as np

from derive.verify.families.record import Subject
from derive.verify.ulp import FloatArray, Precision

#: (subject, format, arguments as hex floats)
HARD_POINTS = (
    ("kl_normal_logstd", "binary32", "0x0.0p+0 0x1.193b060000000p-53 0x0.0p+0 0x1.193b020000000p-53"),
    ("kl_normal_std", "binary64", "0x0.0p+0 0x1.59a4746b93321p-400 0x0.0p+0 0x1.e8cfea7e50f79p-946"),
    ("kl_unit_logstd", "binary64", "0x1.0000000000000p-537 0x1.1007a72c89d3ap-611"),
    ("kl_unit_logstd", "binary64", "0x1.6eb8ceb426a09p+0 -0x1.3687a9f1af2aep+0"),
    (
        "kl_normal_std",
        "binary64",
        "-0x1.31675bb5daa54p-414 0x1.49d845847ad7dp+1 0x1.3d73e8e903979p-415 0x1.49d845847ad7dp+1",
    ),
    (
        "kl_normal_var",
        "binary64",
        "0x1.81350a92f7058p-956 0x0.0000000000002p-1022 -0x1.c89cf86ab7ccep-958 0x0.0000000000002p-1022",
    ),
    (
        "kl_normal_std",
        "binary64",
        "0x1.3803fe4f61f21p-539 0x1.75e4eaa74574ep-29 -0x1.2f2323426b7cfp-874 0x1.75e4eaa74574ep-29",
    ),
    (
        "kl_normal_logstd",
        "binary64",
        "0x1.1859ed07f090cp-543 -0x1.6962a8d62f56cp+8 0x1.37e0bc4fc5a8cp-932 -0x1.6962a8d62f56bp+8",
    ),
    # 2.04 ulp of the derivative in the second log-variance, in PyTorch, while the exponentials there had no tails
    (
        "kl_normal_logvar",
        "binary64",
        "0x1.199b77be3d082p+0 -0x1.cf2b1b67681b2p-31 -0x1.939c24123cfa2p-23 -0x1.b3987f96db4b7p+3",
    ),
)


def hard_points(subject: Subject, precision: Precision) -> tuple[FloatArray, ...]:
    """One array per argument; empty arrays where nothing is recorded."""
    rows = [point.split() for name, form, point in HARD_POINTS if (name, form) == (subject.name, precision.name)]
    columns = zip(*rows, strict=True) if rows else ((),) * subject.arity
    return tuple(np.array([float.fromhex(cell) for cell in column], precision.dtype) for column in columns)
