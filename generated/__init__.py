# SPDX-License-Identifier: MIT
"""Emitted by `derive all` from proved closed forms: kernels for NumPy, importable from here, C, and LaTeX."""

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

__all__ = [
    "expm1mx",
    "kl_normal_logstd",
    "kl_normal_logstd_grad",
    "kl_normal_logvar",
    "kl_normal_logvar_grad",
    "kl_normal_std",
    "kl_normal_std_grad",
    "kl_normal_var",
    "kl_normal_var_grad",
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
