"""Arguments whose results are hard to round to binary32: the nearest to ties, and ties but for a term that is tiny."""

from __future__ import annotations

import numpy as np

#: Of all floats outside of ±2^-44 those for which binary64 does not tell the side of the tie, the nearest first: all
#: less than 2^-25 ulp away. Found by ``derive verify --full``, which lists the nearest under ``near_ties``.
_NEAREST = {
    "expm1mx": """
        -0x1.800006p-43 -0x1.7ffffap-43 -0x1.12dd1ep-25 0x1.4a9ff8p-2 0x1.7aed24p-30 -0x1.9169c6p-38
        -0x1.460d36p-3 -0x1.2b107ep-5 -0x1.e0294p-4 0x1.109314p-36 -0x1.7dd56cp-19 0x1.0055aap-24
        0x1.463acep-4 -0x1.40f588p-7 0x1.9da6dep+3 0x1.81937cp+4 0x1.f2715cp-16 -0x1.5f0b82p-33 0x1.7041f8p-35
        0x1.62a12p-21 -0x1.d9b22ep-43 0x1.600deep-19 0x1.7fbd7ap+1 -0x1.4f9522p-14 -0x1.9dd0b6p-6
        -0x1.97b95ap-17 -0x1.b4ed1p-30 0x1.7dbdf2p-18 0x1.2a62eap-38 -0x1.0978bcp-16 0x1.df63a6p-32
        -0x1.33543ap-17 0x1.4b9424p-26 0x1.5c7766p-38 -0x1.41de94p-3
    """,
    "log1pmx": """
        0x1.7ffffap-44 0x1.800006p-44 0x1.f4f22p+25 -0x1.7aed24p-31 0x1.78120cp-17 0x1.12dd1ep-26
        -0x1.fcd72ap-23 0x1.9169c6p-39 0x1.b5b03ap-22 0x1.71e1d6p-11 0x1.7dcb8p-19 -0x1.109314p-37
        0x1.194a28p-8 0x1.919c0ep+2 0x1.2455b8p+18 -0x1.0055aap-25 0x1.f18abcp-21 0x1.5f0b82p-34
        0x1.709348p+24 -0x1.7041f8p-36 0x1.d9b22ep-44 0x1.60efc2p-10 0x1.95eb68p-10 0x1.0afbep+6
        0x1.6e4e48p-22 -0x1.7b68c8p-8 0x1.5c531ep-14 -0x1.2e8e1ep-5 0x1.b4ed1p-31 -0x1.df63a6p-33
        -0x1.2a62eap-39 0x1.f4f222p+25 -0x1.7a4046p-10 0x1.f4f21ep+25 -0x1.4b9424p-27 -0x1.5c7766p-39
    """,
}

#: Floats on both sides of a bit pattern that make a run.
_AROUND = 32

#: x^2/2 of 4097 2^k is a tie; the term after it is felt in binary64 from 2^-47 on.
_SQUARES = tuple(sign | (127 + k << 23) | 0x800 for k in range(-62, -40) for sign in (0, 0x80000000))

#: Where the argument of a rule changes: 2^-62 and 2^-53; of expm1mx -64, and -2^24 to -2^25, where -1 - x is a tie, and
#: 2^53; of log1pmx -1.
_CHANGES = {
    "expm1mx": (-(2.0**-62), 2.0**-53, -64.0, -(2.0**24), -1.5 * 2.0**24, -(2.0**25), -(2.0**53), 88.72284),
    "log1pmx": (2.0**-62, -(2.0**-53), -1.0 + 2.0**-20, 2.0**24, 2.0**53),
}


def bits_of(x: float) -> int:
    """The bits of the float nearest to x."""
    return int(np.array(x, np.float32).view(np.uint32))


def hard_ranges(name: str) -> tuple[tuple[int, int], ...]:
    """The first bits and the lengths of runs of floats that are hard to round."""
    nearest = tuple((bits_of(float.fromhex(x)), 1) for x in _NEAREST[name].split())
    around = tuple((bits_of(x) - _AROUND, 2 * _AROUND) for x in _CHANGES[name])
    return (*nearest, *((bits, 1) for bits in _SQUARES), *around)
