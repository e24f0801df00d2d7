"""The kernels for NumPy, on blocks of numbers that are neither huge nor tiny, and what is proved of them."""
