"""The trees of the kernels for C: numbers with tails and exponents, the shared functions, values and gradients."""
