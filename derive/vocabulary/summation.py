"""How the C adds values: element i to partial sum i mod LANES, as a head and a tail."""

#: Partial sums; vectors of any width divide this number of them.
LANES = 32

#: Below, a sum is formed once more, of values times a power of two: the smallest are then far in the normal range.
SMALL_SUM, GROWTH = 2.0**-900, 2.0**200

#: A sum that overflows is formed once more, of values times this: partial sums are rounded up one after another, and
#: may be infinite where the sum with its tails is not.
SHRINKAGE = 2.0**-64

#: The bound of a sum is that of so many elements (4 GiB of doubles for each parameter).
MOST = 2**29
