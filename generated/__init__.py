# SPDX-License-Identifier: MIT
"""Emitted by `derive all` from proved closed forms: kernels for NumPy, importable from here, C, and LaTeX.

The functions are the compiled ufuncs of an installed derive, where these were built from the C that lies here, or else
those of the NumPy files; ``backend`` says which.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import ModuleType

from .python.kl_exponential import (
    kl_exponential_lograte,
    kl_exponential_lograte_grad,
    kl_exponential_mean,
    kl_exponential_mean_grad,
    kl_exponential_rate,
    kl_exponential_rate_grad,
)
from .python.kl_laplace import (
    kl_laplace_logscale,
    kl_laplace_logscale_grad,
    kl_laplace_scale,
    kl_laplace_scale_grad,
)
from .python.kl_normal import (
    expm1mx,
    kl_normal_logstd,
    kl_normal_logstd_grad,
    kl_normal_logvar,
    kl_normal_logvar_grad,
    kl_normal_std,
    kl_normal_std_grad,
    kl_normal_var,
    kl_normal_var_grad,
    kl_unit_logstd,
    kl_unit_logstd_grad,
    kl_unit_logvar,
    kl_unit_logvar_grad,
    kl_unit_std,
    kl_unit_std_grad,
    kl_unit_var,
    kl_unit_var_grad,
    log1pmx,
)
from .python.kl_poisson import (
    kl_poisson_lograte,
    kl_poisson_lograte_grad,
    kl_poisson_rate,
    kl_poisson_rate_grad,
)

__all__ = [
    "expm1mx",
    "kl_exponential_lograte",
    "kl_exponential_lograte_grad",
    "kl_exponential_mean",
    "kl_exponential_mean_grad",
    "kl_exponential_rate",
    "kl_exponential_rate_grad",
    "kl_laplace_logscale",
    "kl_laplace_logscale_grad",
    "kl_laplace_scale",
    "kl_laplace_scale_grad",
    "kl_normal_logstd",
    "kl_normal_logstd_grad",
    "kl_normal_logvar",
    "kl_normal_logvar_grad",
    "kl_normal_std",
    "kl_normal_std_grad",
    "kl_normal_var",
    "kl_normal_var_grad",
    "kl_poisson_lograte",
    "kl_poisson_lograte_grad",
    "kl_poisson_rate",
    "kl_poisson_rate_grad",
    "kl_unit_logstd",
    "kl_unit_logstd_grad",
    "kl_unit_logvar",
    "kl_unit_logvar_grad",
    "kl_unit_std",
    "kl_unit_std_grad",
    "kl_unit_var",
    "kl_unit_var_grad",
    "log1pmx",
]


def _compiled() -> tuple[ModuleType | None, str]:
    """The ufuncs of derive, if they were built from exactly this C, and what is used in words."""
    try:
        from derive import _ufuncs
    except ImportError:
        return None, "NumPy files: derive's compiled ufuncs are not installed"
    content = hashlib.sha256()
    for path in sorted((Path(__file__).parent / "c").glob("derive_*.[ch]")):
        content.update(path.name.encode() + b"\n" + path.read_bytes())
    if content.hexdigest() != _ufuncs.DIGEST:
        return None, "NumPy files: derive's compiled ufuncs were built from other C; install derive again"
    return _ufuncs, "compiled ufuncs"


_found, backend = _compiled()
for _name in __all__:
    globals()[_name] = getattr(_found, _name, globals()[_name])
