"""The polynomials of the kernels: found, and their errors proved."""
