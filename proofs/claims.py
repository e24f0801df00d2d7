"""The claims people make in words about the two spellings, each with its verdict."""

from sympy import Integer, Rational

from derive.vocabulary.theorem import Claim, Verdict

QUESTION = "the recurring question why two implementations of the KL term of a VAE differ, and its answers"

CLAIMS = (
    Claim(
        "first-is-correct",
        "The first function is the correct one.",
        QUESTION,
        Verdict.IN_A_SENSE,
        "Both are exact: $f(\\mu, \\sigma) = g(\\mu, \\sigma^2)$. Only f is exact for an argument that is a "
        "standard deviation, only g for one that is a variance.",
        ("kl-unit", "same-function/two-spellings", "wrong-scale/not-the-intended", "wrong-scale/not-the-intended-f"),
    ),
    Claim(
        "both-regularise",
        "Both serve as regularisers.",
        QUESTION,
        Verdict.PROVED,
        "Each has the unique global minimum 0 at mean 0 and second argument 1, so each draws towards "
        "the unit Gaussian.",
        ("same-optimum/minimum-of-f", "same-optimum/minimum-of-g"),
    ),
    Claim(
        "objective-unchanged",
        "The objective is unchanged whichever is used.",
        QUESTION,
        Verdict.IN_A_SENSE,
        "Unchanged if each is fed its own quantity, because they are then one function. Fed the same number they "
        "agree only at 1, where the minimum is: at 2 they differ by $1 - \\tfrac12\\log 2$.",
        ("same-function/two-spellings", "same-optimum", "less-stringent/not-negative", "less-stringent/differs"),
        {"mu": Integer(0), "s": Integer(2)},
    ),
    Claim(
        "f-is-steeper",
        "The first is steeper.",
        QUESTION,
        Verdict.IN_A_SENSE,
        "At the same argument by the factor $2(s + 1) > 2$. At the same Gaussian the factor is $2\\sigma$, the "
        "change of variable, which is less than 1 for $\\sigma < \\tfrac12$.",
        (
            "steeper/same-argument",
            "steeper/factor",
            "steeper/below",
            "steeper/above",
            "steeper/same-gaussian",
            "steeper/less-steep",
        ),
    ),
    Claim(
        "f-is-easier-to-optimise",
        "The first is easier to optimise.",
        QUESTION,
        Verdict.UNTESTED,
        "Steepness and curvature (2 against $\\tfrac12$ at the optimum) are proved, but how a "
        "training run behaves depends on the optimiser, the network head and the rest of the loss. No experiment "
        "is made here.",
        ("steeper", "curvature"),
    ),
    Claim(
        "g-is-less-stringent",
        "The second is less stringent.",
        QUESTION,
        Verdict.IN_A_SENSE,
        "At the same argument $f(\\mu, s) - g(\\mu, s) = \\tfrac12(s^2 - s - \\log s)$, and this is 0 at 1 alone, else "
        "greater. The same "
        "number then means two Gaussians; for one Gaussian the two are equal.",
        ("less-stringent/difference", "less-stringent/not-negative", "same-function/two-spellings"),
    ),
    Claim(
        "g-over-regularises-less",
        "Being less stringent, the second is less prone to over-regularise.",
        QUESTION,
        Verdict.UNTESTED,
        "The inequality at equal arguments is proved; over-regularisation is a property of a training run, and "
        "the network may learn the other scale. No experiment is made here.",
        ("less-stringent",),
    ),
    Claim(
        "g-is-cheaper",
        "The second is computationally cheaper.",
        QUESTION,
        Verdict.IN_A_SENSE,
        "By one or two multiplications in the stated cost model, and a square root from a variance head. From a "
        "log-variance head, the usual one, both are the same computation.",
        ("cost/one-multiplication", "cost/one-from-logvar", "cost/one-from-logstd", "cost"),
    ),
    Claim(
        "squaring-adds-instability",
        "Squaring might increase numerical instability.",
        QUESTION,
        Verdict.IN_A_SENSE,
        "Squaring adds one rounding and overflows half a binade of $\\sigma$ before the value does; its underflow "
        "leaves f right, and ruins g of a computed square. What destroys digits is the cancellation near the "
        "optimum, which both spellings share term by term and no choice between them avoids.",
        (
            "stability/squaring",
            "stability/same-terms",
            "stability/cancellation",
            "stability/overflow-square",
            "stability/overflow-value",
            "stability/underflow-error",
        ),
    ),
    Claim(
        "labels-swapped",
        "The first predicts the variance, the second the standard deviation.",
        QUESTION,
        Verdict.REFUTED,
        "It is the other way round: f is exact for the standard deviation, g for the variance. With the labels "
        "swapped both are wrong at standard deviation 2.",
        ("kl-unit", "same-function", "wrong-scale/not-the-intended", "wrong-scale/not-the-intended-f"),
        {"mu": Integer(0), "std": Integer(2)},
    ),
    Claim(
        "wrong-scale-is-no-divergence",
        "A regulariser that is fed the wrong quantity is no KL divergence.",
        "the thread keras-team/keras#3169, where the second spelling is given a standard deviation",
        Verdict.REFUTED,
        "$g(\\mu, \\sigma)$ is the exact divergence of the Gaussian with mean $\\mu$ and variance $\\sigma$, that "
        "is with standard deviation $\\sqrt\\sigma$; $f(\\mu, v)$ that of the Gaussian with standard deviation "
        "$v$. The sampler then draws from another Gaussian than the one that is regularised.",
        ("wrong-scale/g-of-std", "wrong-scale/f-of-var", "wrong-scale/log-variance-doubled"),
    ),
    Claim(
        "factor-is-cosmetic",
        "The factor 2 of the logarithm is a matter of taste, since a weight is learned or tuned anyway.",
        "code that takes the logarithm from the second spelling and the square from the first",
        Verdict.REFUTED,
        "Without it the formula is negative at $\\mu = 0$, $\\sigma = \\tfrac34$, and its slope "
        "vanishes at $1/\\sqrt2$, not at 1.",
        ("factor-dropped/negative", "factor-dropped/slope"),
        {"mu": Integer(0), "std": Rational(3, 4)},
    ),
)
