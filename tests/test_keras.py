"""The emitted Keras file and derive.keras, on PyTorch or JAX: values, derivatives, types, and a layer in a model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import kernel_material
import pytest

#: Run on a backend of its own: Keras chooses one when it is imported.
SCRIPT = """
import sys, types
import pickle
import numpy as np
import keras
from keras import ops

name = "derive.generated.python.kl_keras"
emitted = sys.modules[name] = types.ModuleType(name)
exec(compile(open(sys.argv[1]).read(), "kl_keras.py", "exec"), emitted.__dict__)
import derive.keras as own

on = keras.backend.backend()
if on == "jax":
    import jax

    def slopes(f, *arrays):
        return jax.grad(lambda *a: f(*a).sum(), tuple(range(len(arrays))))(*arrays)

    def second(f, x):
        return jax.grad(lambda a: jax.grad(lambda b: f(b).sum())(a).sum())(x)
else:
    import torch

    def slopes(f, *arrays):
        leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
        return [s.numpy() for s in torch.autograd.grad(f(*leaves).sum(), leaves)]

    def second(f, x):
        leaf = torch.tensor(x, requires_grad=True)
        (first,) = torch.autograd.grad(f(leaf).sum(), leaf, create_graph=True)
        return torch.autograd.grad(first.sum(), leaf)[0].numpy()

narrow = lambda *numbers: np.array(numbers, np.float32)

# values and derivatives near the optimum, where the usual expression has no digit left
mu, logvar = narrow(0.0, 0.5), narrow(1e-9, -0.25)
value = ops.convert_to_numpy(own.kl_unit_logvar(mu, logvar))
exact = [2.5e-19, 0.5 * (0.25 + np.expm1(-0.25) + 0.25)]
np.testing.assert_allclose(value, exact, rtol=3e-7)
d_mu, d_logvar = slopes(own.kl_unit_logvar, mu, logvar)
np.testing.assert_allclose(d_mu, [0.0, 0.5])
np.testing.assert_allclose(d_logvar, [5e-10, np.expm1(-0.25) / 2], rtol=3e-7)
np.testing.assert_allclose(second(lambda s: own.kl_unit_std(0.5, s), narrow(0.5, 2.0)), [5.0, 1.25], rtol=1e-6)
# also where powers of the scale leave the format
far = second(lambda s: own.kl_unit_std(0.5, s), narrow(3e-7, 1e-18, 1e25, 0.0))
np.testing.assert_allclose(far, [1 + 1 / 9e-14, 1e36, 1.0, np.inf], rtol=1e-6)
far = second(lambda s: own.kl_normal_std(0.0, np.float32(1e30), 0.0, s), narrow(1e8))
np.testing.assert_allclose(far, [3e28], rtol=1e-6)
cross = second(lambda s: own.kl_normal_std(0.0, s, 0.0, s + 0.0), narrow(0.5, 2.0))
np.testing.assert_allclose(cross, [0.0, 0.0], atol=1e-5)

# types, shapes, errors
assert own.kl_unit_std(ops.ones((3, 1)), ops.ones(4)).shape == (3, 4)
for kind in ("bfloat16", "float16", "float32"):
    assert keras.backend.standardize_dtype(own.kl_unit_std(ops.ones(2, kind), 2.0).dtype) == kind
if on == "torch":
    wide = own.kl_unit_std(torch.zeros(1, dtype=torch.float64), 1.0 + 1e-12)
    assert wide.dtype == torch.float64 and abs(float(wide[0]) / 1e-24 - 1) < 1e-3
try:
    own.kl_unit_std(1j, 1.0)
    raise SystemExit("a complex argument passed")
except TypeError:
    pass

# the options mean what they mean to the backend's own functions
native = __import__(f"derive.{on}", fromlist=["kl_unit_logvar"])
mu, logvar = narrow([0.5, np.nan], [2.0, 1.0]), narrow([0.25, 0.0], [np.nan, -1.0])
as_own = (lambda a: torch.tensor(a)) if on == "torch" else np.asarray
for reduction in ("none", "sum", "mean", "batchmean"):
    for mask in (np.array([[True, False], [False, True]]), np.array([[False, False], [False, True]])):
        for axis in (-1, None):
            options = dict(reduction=reduction, free_nats=0.25)
            found = own.kl_unit_logvar(mu, logvar, axis=axis, mask=mask, **options)
            there = {"dim" if on == "torch" else "axis": axis, "mask": as_own(mask)}
            wanted = native.kl_unit_logvar(as_own(mu), as_own(logvar), **there, **options)
            np.testing.assert_allclose(ops.convert_to_numpy(found), ops.convert_to_numpy(wanted), rtol=1e-6)
            kept = dict(mask=mask, axis=axis, reduction=reduction)
            for slope in slopes(lambda *a: own.kl_unit_logvar(*a, **kept), mu, logvar):
                np.testing.assert_array_equal(np.asarray(slope)[~mask], 0.0)
first = own.kl_unit_std(narrow([1.0, 2.0], [np.inf, 3.0]), 1.0, axis=-1, mask=np.array([True, False]), reduction="mean")
assert float(first) == 2.5
for kind in ("bfloat16", "float16"):
    made = own.kl_unit_std(ops.ones(2, kind), 2.0, reduction="mean", mask=np.array([True, False]))
    assert keras.backend.standardize_dtype(made.dtype) == kind
large = ops.convert_to_tensor([400.0, 0.0, 0.0, 0.0], "float16")  # its divergence, 80000, is no number of 16 bits
assert float(own.kl_unit_std(large, ops.ones(4, "float16"), reduction="mean")) == 20000.0
for wrong in (dict(dim=-1), dict(mask=np.array([[0.5, 1.0], [1.0, 1.0]]))):
    try:
        own.kl_unit_logvar(mu, logvar, **wrong)
        raise SystemExit(f"{wrong} passed")
    except TypeError as error:
        assert "takes axis, not dim" in str(error) or "it must be of booleans" in str(error), error
assert "    free_nats_mode : " in own.kl_unit_std.__doc__

# the estimators are those of the backend's own functions
logp, ref = narrow([-1.0, -2.0, -0.5], [-30.0, 0.0, -1.0]), narrow([-1.001, -2.0, -np.inf], [-1.0, -40.0, np.nan])
mask = np.array([[True, True, True], [True, True, False]])
for name in ("k1", "k2", "k3"):
    for clip in (None, 0.5, 10.0):
        for options in (dict(), dict(axis=-1, reduction="mean"), dict(free_nats=0.25, reduction="batchmean")):
            f, other = getattr(own, name), getattr(native, name)
            there = {"dim" if key == "axis" and on == "torch" else key: value for key, value in options.items()}
            found = ops.convert_to_numpy(f(logp, ref, clip=clip, mask=mask, **options))
            wanted = ops.convert_to_numpy(other(as_own(logp), as_own(ref), clip=clip, mask=as_own(mask), **there))
            np.testing.assert_allclose(found, wanted, rtol=1e-6)
            found = slopes(lambda *a: f(*a, clip=clip, mask=mask, **options), logp, ref)
            wanted = slopes(lambda *a: other(*a, clip=clip, mask=as_own(mask), **there), logp, ref)
            for one, two in zip(found, wanted):
                np.testing.assert_allclose(np.asarray(one), np.asarray(two), rtol=1e-6)
    for kind in ("bfloat16", "float16", "float32"):
        assert keras.backend.standardize_dtype(f(ops.ones(2, kind), 2.0, clip=1.0).dtype) == kind
assert all(pickle.loads(pickle.dumps(f)) is f for f in (own.k3, own.expm1mx, own.kl_unit_std))
assert own.k3.__name__ == "k3" and "clip : " in own.k3.__doc__
if on == "torch":
    wide = own.k3(torch.zeros(1, dtype=torch.float64), 1e-9, clip=1.0)
    assert wide.dtype == torch.float64 and abs(float(wide[0]) / 5e-19 - 1) < 1e-6

# functions of symbolic tensors are layers of a functional model, which is saved and loaded
inputs, kept = keras.Input((3,)), keras.Input((3,), dtype="bool")
each = own.kl_unit_logvar(inputs, keras.layers.Rescaling(0.5)(inputs), axis=-1, mask=kept, free_nats=0.125)
estimate = own.k3(ref_logp=inputs, logp=-0.25, clip=2.0)
model = keras.Model([inputs, kept], [each, estimate, own.expm1mx(inputs)])
x, m = narrow([0.5, -1.0, 2.0], [0.0, 0.125, -0.25]), np.array([[True, False, True], [True, True, True]])
model.save(sys.argv[2])
for one in (model, keras.models.load_model(sys.argv[2])):
    found = one([x, m])
    wanted = own.kl_unit_logvar(x, x / 2, axis=-1, mask=m, free_nats=0.125), own.k3(-0.25, x, clip=2.0), own.expm1mx(x)
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(a), ops.convert_to_numpy(b))
try:
    emitted.kl_unit_std(inputs, 1.0)
    raise SystemExit("a symbolic tensor passed")
except TypeError as error:
    assert "put the call in a layer" in str(error), error

# in a policy of 16 bits the divergence of longer inputs keeps their digits
short = own.KLDivergenceLoss("logvar", dtype="mixed_bfloat16")
passed = short((narrow([1e-3]), narrow([1.0009765625])))
assert all(keras.backend.standardize_dtype(one.dtype) == "float32" for one in passed)
np.testing.assert_allclose(float(short.losses[0]), (1e-6 + np.expm1(1.0009765625) - 1.0009765625) / 2, rtol=1e-6)

# a model: mu and logvar of one layer, its loss with beta and free nats
inputs = keras.Input((2,))
mu_head, logvar_head = inputs, 0.5 * inputs
outputs = own.KLDivergenceLoss("logvar", beta=3.0, free_nats=0.75)([mu_head, logvar_head])
model = keras.Model(inputs, outputs)
x = narrow([0.0, 0.0], [1.0, -1.0])
given = model(x)
np.testing.assert_allclose(ops.convert_to_numpy(given[0]), x)
each = 0.5 * (np.exp(x / 2) - 1 - x / 2 + x**2).sum(axis=1)
assert each[0] < 0.75 < each[1]
np.testing.assert_allclose(float(model.losses[0]), 3 * (0.75 + each[1]) / 2, rtol=1e-6)
config = model.get_config()
again = keras.Model.from_config(config)
np.testing.assert_allclose(float((again(x), again.losses[0])[1]), float(model.losses[0]))
for wrong in (
    dict(scale="sigma"),
    dict(scale="std", beta=-1.0),
    dict(scale="std", free_nats=-0.5),
    dict(scale="std", free_nats_mode="all"),
):
    try:
        own.KLDivergenceLoss(**wrong)
        raise SystemExit(f"{wrong} passed")
    except ValueError:
        pass

layer = own.KLDivergenceLoss("logvar")
for wrong in ((x,), (x, x), ((x, x, x),), (ops.ones((2, 3)),), (inputs, inputs)):
    try:
        layer(*wrong)
        raise SystemExit(f"{wrong} passed")
    except TypeError as error:
        assert "KLDivergenceLoss takes one pair: layer((mu, scale))" in str(error), error
layer(inputs=(x, x))

# trained by the loss alone, everything goes to the optimum
inputs = keras.Input((2,))
heads = keras.layers.Dense(4, kernel_initializer="ones")(inputs)
passed = own.KLDivergenceLoss("logvar")([heads[:, :2], heads[:, 2:]])
model = keras.Model(inputs, passed)
model.compile(optimizer=keras.optimizers.SGD(0.2))
history = model.fit(np.ones((32, 2), np.float32), batch_size=32, epochs=40, verbose=0).history["loss"]
assert 0 <= history[-1] < 1e-3 < history[0], history
print("all of it, on", on)
"""


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_the_file_and_the_layer(backend: str, tmp_path: Path, need_module: Callable[[str, str], ModuleType]) -> None:
    if find_spec("keras") is None or find_spec(backend) is None:
        need_module("keras" if find_spec("keras") is None else backend, f"pip install keras {backend}")
    (tmp_path / "kl_keras.py").write_text(kernel_material.files()["python/kl_keras.py"], encoding="utf-8")
    environment: dict[str, Any] = {**os.environ, "KERAS_BACKEND": backend, "KERAS_HOME": str(tmp_path)}
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "kl_keras.py"), str(tmp_path / "model.keras")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout == f"all of it, on {backend}\n"


def test_without_tensorflow_the_other_backends_are_named(need_module: Callable[[str, str], ModuleType]) -> None:
    if find_spec("keras") is None:
        need_module("keras", "pip install keras")  # which says that it is missing; importing it would ask for a backend
    script = 'import sys; sys.modules["tensorflow"] = None; import derive.keras'
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "set KERAS_BACKEND=torch or KERAS_BACKEND=jax" in done.stderr.splitlines()[-1]
