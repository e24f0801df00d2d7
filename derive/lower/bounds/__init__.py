"""The proved error bounds: the rounding analysis, and what it shows of each part of the kernels for C."""
