"""The findings of an audit, each with a stable code and its documentation. This table is the only place that lists
them.
"""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from derive.errors import UsageError


@dataclass(frozen=True)
class Code:
    """A kind of finding: its permanent id, what it says, why it matters, an example and its repair."""

    id: str
    title: str
    why: str
    bad: str
    good: str
    default: bool = True

    def explained(self) -> str:
        """The documentation of the code, for ``derive explain``."""
        state = "" if self.default else "\n\nOff unless selected: it can be meant."
        why = textwrap.fill(self.why, 79)
        return f"{self.id}: {self.title}\n\n{why}\n\n    {self.bad}\n\nbetter:\n\n    {self.good}{state}"


CODES = {
    code.id: code
    for code in (
        Code(
            "DK001",
            "a KL term whose terms are missing, too many, or weighted apart",
            "The formula has the parts of a Gaussian divergence, but is none: a term is missing, one too "
            "many, or has a weight of its own. Its minimum is not at the prior. The message names the "
            "smallest change that makes it a divergence.",
            "-0.5 * torch.sum(1 + logvar - 0.1 * mu.pow(2) - logvar.exp())",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
            default=False,
        ),
        Code(
            "DK002",
            "a term of the KL divergence has the wrong factor",
            "Mixing the spelling for a log-variance with the one for a log-standard-deviation loses or adds a "
            "factor 2 on the log term. The optimum moves away from standard deviation 1: with exp(2 * "
            "log_sigma) and a single log_sigma it is at 0.71, and the value there is negative.",
            "-0.5 * torch.sum(1 + log_sigma - mu ** 2 - torch.exp(2 * log_sigma))",
            "-0.5 * torch.sum(1 + 2 * log_sigma - mu ** 2 - torch.exp(2 * log_sigma))",
        ),
        Code(
            "DK003",
            "a quantity of the KL divergence is not squared or not exponentiated as it must be",
            "The variance stands where the standard deviation must, the mean is not squared, or a logarithm "
            "is squared instead of exponentiated.",
            "-0.5 * torch.sum(1 + logvar - mu - logvar.exp())",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
        ),
        Code(
            "DK004",
            "a term of the KL divergence has the wrong sign",
            "One sign is flipped, often by a bracket that closes early. The term has no minimum then, and "
            "training drives it to minus infinity.",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) + logvar.exp())",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
        ),
        Code(
            "DK005",
            "one operation of the KL divergence is wrong",
            "Changing one operation or one quantity makes the formula a divergence: a standard deviation that "
            "is not squared in the denominator, the second Gaussian's scale where the first one's belongs.",
            "torch.log(s2 / s1) + (s1 ** 2 + (m1 - m2) ** 2) / (2 * s2) - 0.5",
            "torch.log(s2 / s1) + (s1 ** 2 + (m1 - m2) ** 2) / (2 * s2 ** 2) - 0.5",
        ),
        Code(
            "DK010",
            "the formula is right, a name in it misleads",
            "The divergence is exact for another quantity than the name says, for instance for a log-variance "
            'called log_sigma. The next reader "repairs" the formula, or takes exp(log_sigma) for the '
            "standard deviation elsewhere.",
            "-0.5 * torch.sum(1 + log_sigma - mu.pow(2) - log_sigma.exp())",
            "-0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp())",
        ),
        Code(
            "DK011",
            "the sampler and the KL divergence disagree about the scale",
            "The reparameterisation takes a variable for one scale, the divergence takes it for another. Each "
            "line looks right alone; together they train another model than the one written down. Early Keras "
            "examples did this.",
            "z = mu + torch.exp(s) * eps   # with   -0.5 * (1 + s - mu ** 2 - torch.exp(s))",
            "z = mu + torch.exp(0.5 * s) * eps   # with   -0.5 * (1 + s - mu ** 2 - torch.exp(s))",
        ),
        Code(
            "DK012",
            "the sampler draws with another deviation than that of the divergence",
            "The noise is multiplied by a number, or drawn with a deviation of its own. It may be a temperature; "
            "in training it samples from another Gaussian than the one whose divergence is taken.",
            "z = mu + torch.exp(0.5 * s) * eps * 0.1   # with   -0.5 * (1 + s - mu ** 2 - torch.exp(s))",
            "z = mu + torch.exp(0.5 * s) * eps   # with   -0.5 * (1 + s - mu ** 2 - torch.exp(s))",
            default=False,
        ),
        Code(
            "DK013",
            "the scale of one Gaussian is by its name that of the other one's mean",
            "What a library computes is the divergence of the two Gaussians that it is given. Their names tell of two "
            "others: a slip in copying a line, unless both are meant to share one scale.",
            "kl_divergence(Normal(mu_q, std_p), Normal(mu_p, std_p))",
            "kl_divergence(Normal(mu_q, std_q), Normal(mu_p, std_p))",
            default=False,
        ),
        Code(
            "DK014",
            "the k3 estimator takes the log-ratio the wrong way round",
            "exp(x) - 1 - x is unbiased where the samples are drawn from the distribution that x subtracts. A policy "
            "is sampled, its reference is not: with x = logp - ref_logp, what samples of the policy give is the "
            "divergence in neither direction, and its gradient grows with the exponential of x.",
            "d = logp - ref_logp; kl = torch.exp(d) - d - 1",
            "d = ref_logp - logp; kl = torch.exp(d) - d - 1",
        ),
        Code(
            "DK020",
            "the KL divergence is shifted by a constant",
            "A constant is missing or added. Gradients are right; the reported value is not the divergence "
            "and may be negative.",
            "0.5 * (mu ** 2 + torch.exp(logvar) - logvar)",
            "0.5 * (mu ** 2 + torch.exp(logvar) - logvar - 1)",
            default=False,
        ),
        Code(
            "DK021",
            "the KL divergence has a numerical factor",
            "Often a lost 1/2. It weighs the divergence as a beta does, so it may be meant.",
            "-torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
            default=False,
        ),
        Code(
            "DK022",
            "an epsilon biases the KL divergence",
            "log(var + eps) is not 0 at var = 1, and its gradient is not that of the divergence.",
            "-0.5 * torch.sum(1 + torch.log(var + 1e-4) - mu.pow(2) - var)",
            "-0.5 * torch.sum(1 + torch.log(var) - mu.pow(2) - var)",
            default=False,
        ),
        Code(
            "DK023",
            "a clamp stops the gradient of the KL divergence",
            "Outside the limits the gradient is zero, and a unit that got there stays there.",
            "-0.5 * torch.sum(1 + logvar.clamp(-2, 2) - mu.pow(2) - logvar.clamp(-2, 2).exp())",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
            default=False,
        ),
        Code(
            "DK024",
            "the KL divergence is averaged, not summed",
            "A mean over the latent dimensions divides the divergence by their number; beside a summed "
            "reconstruction term it hardly counts.",
            "-0.5 * torch.mean(1 + logvar - mu.pow(2) - logvar.exp())",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1).mean()",
            default=False,
        ),
        Code(
            "DK025",
            "the KL divergence is summed over the batch and averaged over the latent dimensions",
            "The two are exchanged: the divergence of one example is a sum over its latent dimensions, and of a batch "
            "the mean is taken. As it stands, the term grows with the batch and shrinks with the dimensions.",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=0).mean()",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1).mean()",
            default=False,
        ),
        Code(
            "DK030",
            "the KL divergence loses its digits near its minimum",
            "Terms that cancel are rounded before they are subtracted: where the two Gaussians are close, as training "
            "makes them, few digits or none are left and the value may be negative. derive has the function that "
            "keeps them; expm1(x) - x and exp(d) - d - 1 still cancel.",
            "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
            "from derive.torch import kl_unit_logvar   # kl_unit_logvar(mu, logvar).sum()",
            default=False,
        ),
    )
}


def chosen(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
    """The codes that are reported: the defaults, or those that a prefix in ``select`` names, without those in
    ``ignore``.

    Raises
    ------
    UsageError : a prefix that fits no code.
    """
    chosen_ids = set(named(select)) or {c.id for c in CODES.values() if c.default}
    return frozenset(chosen_ids - set(named(ignore)))


def named(prefixes: Iterable[str]) -> list[str]:
    """The codes that prefixes name: DK01 and DK1 those from DK010 on, 10 is DK010.

    Raises
    ------
    UsageError : a prefix that fits no code.
    """
    found = []
    for text in prefixes:
        for prefix in filter(None, (p.strip().upper() for p in text.split(","))):
            starts = [f"DK{prefix.zfill(3)}"] if prefix.isdigit() else [prefix, prefix.replace("DK", "DK0", 1)]
            codes = ([code for code in CODES if prefix == "ALL" or code.startswith(start)] for start in starts)
            some = next(filter(None, codes), None)
            if some is None:
                near = difflib.get_close_matches(prefix, CODES, n=1)
                hint = f"did you mean {near[0]}?" if near else f"the codes are {', '.join(CODES)}"
                raise UsageError(f"there is no code {prefix!r}", hint)
            found += some
    return found
