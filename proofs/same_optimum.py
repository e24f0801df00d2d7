"""f and g, each in its own second argument, are least at the same place: the unit Gaussian, and nowhere else."""

from sympy import Integer, oo

from derive.vocabulary.theorem import GlobalMinimum, Short, Theorem

from .definitions import MU, STD0
from .kl_unit import F
from .same_function import G, V

LINE, HALF_LINE = (-oo, oo), (Integer(0), oo)

minimum_of_f, minimum_of_g = (
    GlobalMinimum(
        f"minimum-of-{name}",
        "a sum of one function of each argument, and each falls, then rises",
        spelling.head,
        (MU, scale),
        (LINE, HALF_LINE),
        (Integer(0), Integer(1)),
        Integer(0),
        using=(spelling,),
    )
    for name, spelling, scale in (("f", F, STD0), ("g", G, V))
)

THEOREMS = (
    Theorem(
        id="same-optimum",
        title="Both spellings have the unique global minimum 0 at (0, 1)",
        variables=(MU, STD0, V),
        assumptions=("$\\sigma > 0$ and $v > 0$",),
        statement=(*minimum_of_f.conclusion, *minimum_of_g.conclusion),
        steps=(minimum_of_f, minimum_of_g),
        short=Short(
            "Each is a function of the mean plus one of the scale, which fall up to one point and rise behind it",
            ("minimum-of-f", "minimum-of-g"),
        ),
        source="answers that say the objective is unchanged whichever of the two spellings is used",
    ),
)
