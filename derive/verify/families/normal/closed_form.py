"""The closed forms of Gaussians, in balls.

With sigma, v = sigma^2 and c = d(log sigma)/ds for the scale s at hand, m = mu1 - mu2, R = v1/v2, W = m^2/v2:

    unit      value = -log sigma + (v + mu^2)/2 - 1/2          d_mu = mu         d_s = (v - 1) c
    normal    value = log(sigma2/sigma1) + (R + W)/2 - 1/2     d_mu1 = m/v2      d_s1 = (R - 1) c1
                                                               d_mu2 = -m/v2     d_s2 = -((R - 1) + W) c2

The derivative in the second scale is measured in ulp of the larger of |R - 1| c2 and W c2.

Source: Kullback and Leibler, On Information and Sufficiency, 1951; the closed form is textbook knowledge.
"""

from __future__ import annotations

from flint import arb

from derive.verify.families.balls import HALF
from derive.verify.families.normal.scales import Scale
from derive.verify.families.record import Balls


def unit(scale: Scale, mu: arb, s: arb) -> Balls:
    """Value and gradient of KL(N(mu, s) ‖ N(0, 1))."""
    variance = scale.variance(s)
    value = -scale.log_sigma(s) + (variance + mu * mu) * HALF - HALF
    return (value, mu, (variance - 1) * scale.chain(s)), {}


def normal(scale: Scale, mu1: arb, s1: arb, mu2: arb, s2: arb) -> Balls:
    """Value and gradient of KL(N(mu1, s1) ‖ N(mu2, s2))."""
    m, variance2 = mu1 - mu2, scale.variance(s2)
    ratio, mean_term, slope = scale.variance_ratio(s1, s2), m * m / variance2, m / variance2
    value = -scale.log_ratio(s1, s2) + (ratio + mean_term) * HALF - HALF
    chain2 = scale.chain(s2)
    first, second = (ratio - 1) * chain2, mean_term * chain2
    return (value, slope, (ratio - 1) * scale.chain(s1), -slope, -(first + second)), {4: (first, second)}
