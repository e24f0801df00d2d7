"""Kernels in the arithmetic of frameworks: float32 or float64 alone, without FMA, library functions or tables.

What an array framework compiles is not what was written: sums of products may be contracted, exp(x) - 1 may stand for
expm1, float64 may not be there. These trees need additions, products, quotients and the bits of a number, and survive
contraction: where a product's tail is used, its head is exact, for operands are cut in two by masks. They do not
survive reassociation, like all code that computes the error of a sum.

A tree is built for each :class:`~derive.lower.plain.formats.Format`; the trees of the two formats differ in constants.
"""
