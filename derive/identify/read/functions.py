"""The accepted functions: what each name means in NumPy, PyTorch, TensorFlow, Keras, JAX and Theano spelling.

This table is all that the reader of Python understands; a name outside it is refused by name and position. A function
counts by its last name (``torch.exp``, ``K.exp``, ``keras.ops.exp``, ``x.exp()``), because no framework gives one of
these names another meaning.
"""

from __future__ import annotations

#: Names that begin a module path rather than a quantity.
MODULES = frozenset(
    "torch th np numpy onp jnp jax tf tensorflow K keras kb backend ops math cmath F nn functional lax cp cupy T tt"
    " theano mx nd paddle flow scipy sp special autograd anp mnp pm tfm knp nnf aesara pt tensor einops optax".split()
)


def _named(**meanings: str) -> dict[str, str]:
    """Each name with the meaning that it is listed under."""
    return {name: meaning for meaning, names in meanings.items() for name in names.split()}


#: Functions of one argument whose meaning is used.
UNARY = _named(
    exp="exp",
    log="log ln safe_log slog",
    expm1="expm1",
    expm1mx="expm1mx",
    log1pmx="log1pmx",
    log1p="log1p",
    sqrt="sqrt",
    rsqrt="rsqrt",
    square="square sqr",
    reciprocal="reciprocal",
    softplus="softplus",
    neg="neg negative",
    abs="abs absolute fabs",
)

#: Functions of one argument that are kept as they are: their values are quantities like any other.
OPAQUE = frozenset(
    "tanh sigmoid relu elu sin cos log2 log10 logsigmoid log_sigmoid erf leaky_relu silu gelu hardtanh".split()
)

#: Functions of two arguments, as an operator.
BINARY = _named(
    **{
        "**": "pow power float_power",
        "+": "add",
        "-": "sub subtract",
        "*": "mul multiply",
        "/": "div divide true_divide truediv realdiv",
        "-2": "squared_difference",
    }
)

#: Reductions: what they do to their entries. mean_flat and its kin stand in widely copied diffusion and flow code.
REDUCTIONS = _named(
    sum="sum reduce_sum nansum sum_flat sum_except_batch fsum trace tr",
    mean="mean reduce_mean nanmean average mean_flat flat_mean",
    prod="prod det reduce_prod",
)

#: Reductions of matrices in R, with the axis that they run over.
OF_ROWS = {
    "rowSums": ("sum", "axis 1"),
    "colSums": ("sum", "axis 0"),
    "rowMeans": ("mean", "axis 1"),
    "colMeans": ("mean", "axis 0"),
}

#: Products of two arrays whose entries are added: of vectors, and of matrices.
DOTS = frozenset("dot vdot inner tensordot".split())

#: Functions of functions whose value is called as its argument is: entry by entry, compiled, without gradients.
TRANSFORMS = frozenset("vmap pmap jit vectorize checkpoint remat compile function no_grad custom_jvp Lambda".split())

#: Those of them whose function sees one example, without the first axis.
MAPS = frozenset("vmap pmap vectorize".split())

#: Functions of another name or meaning than what is looked for, and what they are.
OTHERS = {
    "kl_div": "it compares tables of probabilities; of Gaussians: torch.distributions.kl_divergence, or derive.torch",
    "kl_divergence_loss": "it compares tables of probabilities",
    "gaussian_kl_divergence": "the divergence from N(0, 1), of a mean and a log-variance: nothing to check",
}

#: Functions that return their first argument's values: types, shapes, devices, gradients apart.
IDENTITY = frozenset(
    "float double half to cuda cpu numpy item clone contiguous astype type type_as cast convert_to_tensor array asarray"
    " as_tensor tensor constant Variable identity float32 float64 bfloat16 requires_grad copy to_float FloatTensor"
    " nan_to_num".split()
)

#: Functions that return their first argument's values, along other axes, some of them or some several times.
MOVES = frozenset(
    "view reshape squeeze unsqueeze expand expand_as view_as flatten expand_dims batch_flatten transpose permute t"
    " broadcast_to tile repeat ravel atleast_1d atleast_2d diag diagonal diag_part swapaxes masked_select boolean_mask"
    " compress reshape_as unbind".split()
)

#: Functions that return their argument without its gradient.
STOPPED = frozenset("detach stop_gradient stop_grad".split())

#: Functions whose value is a constant whatever their argument.
FILLED = {"ones": 1, "ones_like": 1, "zeros": 0, "zeros_like": 0}

#: Functions that limit their first argument.
CLAMPS = frozenset("clamp clip clip_by_value clamp_min clamp_max maximum minimum fmax fmin max min".split())

#: Functions that draw standard normal noise.
NOISE = frozenset(
    "randn randn_like random_normal standard_normal normal_like random_normal_like normal gauss normalvariate".split()
)

#: Those of them, as they are spelled, that take a mean and a deviation first.
DRAWN = frozenset(
    "torch.normal th.normal np.random.normal numpy.random.normal random.gauss random.normalvariate".split()
)

#: Functions whose value is a count: kept as one quantity, spelled as in the source.
COUNTS = frozenset("len size numel dim ndimension shape int_shape count_nonzero get_shape nelement".split())

#: Names that stand for a small positive constant wherever they occur.
EPSILON_NAMES = frozenset("eps epsilon tiny small EPS EPSILON _eps _EPSILON _epsilon fuzz finfo.eps".split())

#: Names that stand for standard normal noise in a reparameterisation.
NOISE_NAMES = frozenset(
    "eps epsilon noise ε ϵ epsilons unit_noise randn gaussian_noise white_noise varepsilon xi e z0 eps_z".split()
)
