"""What the name of a quantity promises: a mean, a standard deviation, a log-variance; and of which of two Gaussians.

A name that promises nothing (``x``, ``rho``, ``h2``) is never held against a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from derive.identify.read.functions import REDUCTIONS

_GREEK = {"μ": "mu", "µ": "mu", "σ": "sigma", "Σ": "Sigma", "ς": "sigma", "²": "_sq", "₁": "_1", "₂": "_2", "ℓ": "l"}
_MEANS = frozenset("mu mus mean means loc locs average mn muz mux mean_z".split())
_STDS = frozenset("std stds stdev stddev stdv sigma sigmas sig sd sds dev deviation".split())
_VARS = frozenset("var vars variance variances cov covariance covar".split())
_PRECISIONS = frozenset("precision precisions prec".split())
_SQUARED = frozenset("sq sqr square squared pow2 sqd sqrd".split())
_LOGS = frozenset("log logs ln".split())
#: What in a name makes another scale of the word beside it: inv_var, neg_logvar, half_logvar, sqrt_var.
_INVERSES = frozenset("inv inverse inverted recip reciprocal".split())
_NEGATIVES = frozenset("neg negative minus".split())  # of a logarithm: that of the inverse
_ROOTS = frozenset("sqrt root".split())
_HALVES = frozenset({"half"})  # of a logarithm: that of the root
#: What is no scale yet, of which a function makes one: sigma_raw, pre_std.
_RAW = frozenset("raw pre preact unconstrained untransformed".split())
_INVERSE = {"var": "precision", "precision": "var", "logvar": "logprecision", "logprecision": "logvar"}
_ROOT = {"var": "std", "logvar": "logstd"}
#: What people write before and behind the word of a quantity, without anything between: priorstd, logvarq, stdout.
_AROUND = (
    "prior post posterior latent target init noise approx enc dec encoder decoder out hat new old tot ref act pred"
    " theta phi param raw net"
).replace(" ", "|")
_FUSED = re.compile(
    rf"(?P<pre>inv|[a-z]{{0,3}}?|{_AROUND})(?P<log>log|ln)?"
    r"(?P<base>variances?|vars?|stddev|stdev|stds?|sigmas?(?!q)|sig|precision|prec|mus?|means?)"
    rf"(?P<sq>sq|sqr|squared)?(?P<post>inv|[hpqtxyz]?|{_AROUND})"
)
#: An initial of a quantity with the letter of its Gaussian: mq and pm, sq and sp.
_INITIAL = re.compile(r"(?:m|s|v|l|ls)(?P<behind>[pq])|(?P<before>[pq])(?:m|s|v|l|ls)")
#: Which Gaussian a mark in the name stands for: what comes first in KL(first || second).
_RANKS = {
    "q": 0,
    "post": 0,
    "posterior": 0,
    "enc": 0,
    "encoder": 0,
    "true": 1,
    "": 5,
    "p": 9,
    "prior": 9,
    "dec": 9,
    "ref": 9,
    "reference": 9,
    "self": 0,
    "other": 9,
    "approx": 0,
    "target": 9,
}


@dataclass(frozen=True)
class Promise:
    """``quantity`` is mean, one of the scales, or None; ``mark`` is what is left of the name, which tells Gaussians
    apart.
    """

    quantity: str | None
    mark: str
    also: str | None = None  # what it may be as well: ``sigma_2`` alone is sigma squared, or the second sigma

    def kept(self, truth: str | None) -> bool:
        """Whether the name is right for a quantity that is in truth this."""
        return truth in (self.quantity, self.also)

    @property
    def rank(self) -> float:
        mark = self.mark.partition(".")[0]
        if mark in _RANKS:
            return _RANKS[mark]
        if mark.isdigit():
            return int(mark)
        return 4 + ord(mark[0]) / 1000


def promise(name: str, among: Iterable[str] = ()) -> Promise:
    """What a name promises; ``among`` are the formula's names: beside ``sigma1``, ``sigma2`` is a second sigma and no
    square.
    """
    stem = _stem(name)
    others = [other for other in among if other != name]
    said = _promise(name, stem != name and any(_stem(other) == stem for other in others))
    if (said.quantity or "").startswith("log") and any(_is_mean_beside(other, name) for other in others):
        said = replace(said, also=(said.quantity or "")[3:])
    owner, _, own = name.rpartition(".")
    if owner and "(" not in owner and _has_a_twin(owner, own, others):
        return replace(said, mark=".".join(filter(None, (owner.rpartition(".")[2].lower(), said.mark))))
    return said


def _has_a_twin(owner: str, own: str, others: list[str]) -> bool:
    """Whether a second object has this quantity too, or another one of this object: q.var beside q.mean and p.mean."""
    apart = [o.rpartition(".") for o in others if "(" not in o]
    mine = {own} | {last for first, _, last in apart if first == owner}
    return any(first and first != owner and last in mine for first, _, last in apart)


def _is_mean_beside(other: str, name: str) -> bool:
    """Whether a log in a name is that of the quantity: library_log_means beside library_log_vars."""
    own, theirs = ({w.lower() for w in _words(n)} for n in (name, other))
    return bool(own & theirs & _LOGS) and own != theirs and theirs - own <= _MEANS and own - theirs <= _STDS | _VARS


@lru_cache(maxsize=10_000)
def _promise(name: str, indexed: bool) -> Promise:
    quantity: str | None = None
    logarithm = squared = doubtful = False
    marks: list[str] = []
    changing = {w.lower() for w in _words(name)} & (_INVERSES | _NEGATIVES | _ROOTS | _HALVES)
    inverse = bool(changing & _INVERSES)
    for word in _words(name):
        if word.lower() in changing | _SQUARED:
            squared = squared or word.lower() in _SQUARED
            continue
        digits = re.fullmatch(r"([a-z]*[a-z])(\d+)", word, re.IGNORECASE)
        mark = ""
        if digits:
            word, mark = digits[1], digits[2]
        fused = _FUSED.fullmatch(word.lower())
        base = _base(word)
        if base is None and fused:
            base = _base(fused["base"])
            logarithm = logarithm or bool(fused["log"]) or fused["pre"] == "l"
            squared = squared or bool(fused["sq"])
            inverse = inverse or "inv" in (fused["pre"], fused["post"])
            marks += [part for part in (fused["pre"], fused["post"]) if part not in ("", "z", "h", "l", "inv")]
        if base:
            quantity = quantity or base
            if mark == "2" and not indexed and base == "std":
                squared, doubtful, mark = True, True, ""
        elif re.fullmatch("[pqz]?lv[pqz]?|logv|lvs", word.lower()):
            quantity, logarithm = "var", True
            marks += [end for end in (word[0].lower(), word[-1].lower()) if end in "pq"]
        elif word.lower() in _LOGS:
            logarithm = True
        elif word.lower() in ("logscale", "logscales"):
            quantity, logarithm = "std", True
        elif word == "2" and not indexed and quantity == "std" and not marks:
            squared = doubtful = True
        elif word.lower() not in ("z", "latent", "self", "h", "new", "out", "vec", "t", "batch", "the", "of", "pred"):
            marks.append(word.lower())
        if mark == "2" and not indexed and quantity == "std" and word.lower() in ("pqx" if logarithm else "pq"):
            squared = doubtful = True  # sigma_q2, log_sigma_x2
        elif mark:
            marks.append(mark)
    if quantity is None and len(_words(name)) == 1 and (own := _INITIAL.fullmatch(name.rpartition(".")[2].lower())):
        squared, marks = False, [own["before"] or own["behind"]]
    if logarithm and quantity is None and "scale" in marks:
        quantity, marks = "std", [m for m in marks if m != "scale"]
    if quantity != "mean" and not logarithm and _RAW.intersection(marks):
        quantity = None
    also = "std" if doubtful and quantity == "std" else None
    if quantity == "std" and squared:
        quantity = "var"
    if logarithm:
        logarithms = {"std": "logstd", "var": "logvar", "precision": "logprecision"}
        quantity, also = logarithms.get(quantity or ""), logarithms.get(also or "")
    if changing & (_NEGATIVES | _HALVES) and not logarithm:
        quantity, also = None, None
    for changed, other in (
        (bool(changing & (_ROOTS | _HALVES)), _ROOT),
        (inverse != bool(changing & _NEGATIVES), _INVERSE),
    ):
        if changed and quantity != "mean":
            quantity, also = other.get(quantity or ""), None
    return Promise(quantity, next((m for m in marks if m in _RANKS), marks[-1] if marks else ""), also)


def _base(word: str) -> str | None:
    if word == "Sigma":
        return "var"
    lower = word.lower()
    for quantity, words in (("mean", _MEANS), ("std", _STDS), ("var", _VARS), ("precision", _PRECISIONS)):
        if lower in words:
            return quantity
    return None


def _words(name: str) -> list[str]:
    name = re.sub(r"(\w+)(?=\()", lambda called: "" if called[1] in REDUCTIONS else called[1], name)  # torch.mean(loss)
    while (bare := re.sub(r"\[[^\[\]]*\]|\([^()]*\)", "", name)) != name:
        name = bare
    name = name.rpartition(".")[2] or name
    for letter, spelling in _GREEK.items():
        name = name.replace(letter, f"_{spelling}_")
    return [w for w in re.split(r"_+|(?<=[a-z])(?=[A-Z])|\W+", name) if w]


@lru_cache(maxsize=10_000)
def _stem(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def is_square(name: str, among: Iterable[str] = ()) -> bool:
    """Whether a name says that it holds a square of no scale: mu_norm2, mean_sq, sq_dist, musq, mumu; mu2 where no
    other name of the formula has a number.
    """
    words = {w.lower() for w in _words(name)}
    squared = words & (_SQUARED | {"norm2", "sqnorm", "normsq", "maha", "mahalanobis"})
    if squared and words != squared:
        return _promise(name, False).quantity in (None, "mean")
    own = (name.rpartition(".")[2] or name).lower()
    base, doubled = re.sub(r"_?(sq|sqr|2)$", "", own), own[: len(own) // 2].rstrip("_")
    numbered = own.endswith("2") and any(re.search(r"\d", other) for other in among if other != name)
    return not numbered and (
        (base != own and (base == "m" or _promise(base, False).quantity == "mean"))
        or (own in (doubled * 2, f"{doubled}_{doubled}") and _promise(doubled, False).quantity == "mean")
    )


def is_called_a_precision(name: str) -> bool:
    """Whether a name that promises no scale is one that books give to a precision: tau_q, lambda."""
    return bool(re.match(r"(tau|τ|lam|lambda|λ)(?![a-zα-ω])", name.rpartition(".")[2].lower()))


def is_inverse_std(name: str) -> bool:
    """Whether a name says that it holds the inverse of a standard deviation or its logarithm, which is none of the
    scales here.
    """
    words = [w.lower() for w in _words(name)]
    kept = "_".join(w for w in words if w not in _INVERSES)
    fused = {w for w in words if w.startswith("inv") or w.endswith("inv")}
    plain = re.sub("inv", "", kept) if fused else kept
    return plain != "_".join(words) and _promise(plain, False).quantity in ("std", "logstd")


def squared_norm(name: str) -> str:
    """Whose squared norm a name says that it holds, the sum of its squares: mu of mu_norm2; "" of other names."""
    words = _words(name)
    fused = [w for w in words if w.lower() in ("norm2", "sqnorm", "normsq")]
    apart = [w for w in words if w.lower() in _SQUARED | {"norm", "2"}]
    rest = [w for w in words if w not in (*fused, *apart)]
    said = fused or (len(apart) > 1 and any(w.lower() == "norm" for w in apart))
    return "_".join(rest) if said else ""


_CHANGES = frozenset("d delta diff difference rel relative res residual ratio shift change".split())


def is_difference(name: str) -> bool:
    """Whether a name says that it holds a change of a scale, or a ratio of two: delta_logvar, dlv, var_ratio."""
    words = [w.lower() for w in _words(name)]
    fused = [w[1:] for w in words if w.startswith("d") and len(w) > 2]
    return bool(_CHANGES & set(words)) or any(_promise(w, False).quantity not in (None, "mean") for w in fused)


def is_log_of(log_name: str, name: str) -> bool:
    """Whether one name says that it is the logarithm of what the other one holds: ``ls_p`` and ``s_p``."""

    def parts(text: str) -> tuple[str, list[str]]:
        owner, _, own = text.rpartition(".")
        return owner, [w for w in re.split(r"_+|(?<=[a-z])(?=\d)", own.lower()) if w]

    (owner, one), (other, two) = parts(log_name), parts(name)
    if owner != other or len(one) - len(two) not in (0, 1) or not two:
        return False
    joined, plain = "".join(one), "".join(two)
    return any(
        sorted(one) == sorted([*(w for w in two if w != changed), log + changed]) or joined == log + plain
        for log in ("log", "l", "ln")
        for changed in two
    ) or (len(one) == len(two) + 1 and sorted(one) == sorted(["log", *two]))
