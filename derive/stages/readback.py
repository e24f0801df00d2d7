"""The emitted text of the kernels, read back, against the trees that were analysed: constant by constant.

The readers in ``derive.verify.readers`` know nothing of trees or printers. Here the trees are put into the same neutral
form, so that a fault of a printer alone, which no analysis and no proof can see, is a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch

from derive.report import Check, Report, Status
from derive.verify.readers import c, python
from derive.verify.readers.tree import Read, Tree, argument, constant, difference, result, tree
from derive.vocabulary.kernel import Function, Kernel, Node, functions_below, operands

#: Operations that a reader cannot and need not tell apart.
_SAME = {"exact_mul": "mul"}


def check(kernels: Sequence[Kernel], files: Mapping[str, bytes], *, require_tools: bool = False) -> Report:
    """That each kernel function of the emitted files is its tree; what is not compared is counted and named.

    Not compared are the elementary operations, whose names stand for operations of the trees; loops and the choice
    between instruction sets in C; in Python what makes arrays of arguments. Where a tool is missing, the check is "not
    checked", or failed where the tools are required.
    """
    return Report.of(_compared(kernels, files, target, require_tools) for target in _TEXTS)


#: The files of a target that hold kernels, a file per family, and their reader.
_TEXTS: Mapping[str, tuple[str, Callable[[str], Mapping[str, Read | str]]]] = {
    "c": ("c/derive_kl*.c", c.read),
    "python": ("python/kl_*.py", python.read),
}


def _compared(kernels: Sequence[Kernel], files: Mapping[str, bytes], target: str, require_tools: bool) -> Check:
    pattern, read = _TEXTS[target]
    name = f"read back: {pattern}"
    try:
        frameworks = {f"python/kl_{kernel.target}.py" for kernel in kernels if kernel.plain}
        paths = [path for path in sorted(files) if fnmatch(path, pattern) and path not in frameworks]
        found = {path: read(files[path].decode()) for path in paths}
    except c.Unreadable as error:
        return Check(name, Status.FAILED, str(error))
    except c.Missing as error:
        return Check(name, Status.FAILED if require_tools else Status.NOT_CHECKED, str(error))
    trees = functions_below(list(_functions([k for k in kernels if k.target == target])))
    faults, constants = [], 0
    for function in trees:
        texts = [functions[function.name] for functions in found.values() if function.name in functions]
        tree_ = _neutral(function, names=target == "c")
        # A family's file may hold what another's holds too: each of them is looked at.
        for text in texts or ["no text has such a function"]:
            if fault := difference(text, tree_) if isinstance(text, Read) else text:
                faults.append(f"{function.name}: {fault}")
        constants += sum(t.op == "const" for t in _below(tree_.results.values()))
    rest = sorted({n for functions in found.values() for n in functions} - {f.name for f in trees})
    said = f"{len(trees)} functions with {constants} constants are the trees that were analysed"
    status = Status.FAILED if faults or not trees else Status.PASSED
    return Check(name, status, "; ".join(faults[:3]) or f"{said}; {len(rest)} are not compared", {"not compared": rest})


def _below(roots: Iterable[Tree]) -> Iterator[Tree]:
    seen: set[str] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node.key not in seen:
            seen.add(node.key)
            yield node
            stack += node.args


def _functions(kernels: Sequence[Kernel]) -> Iterator[Function]:
    """All functions that are printed for the kernels."""
    for kernel in kernels:
        yield kernel.function
        yield from (f for f in (kernel.careful, kernel.narrow) if f is not None)
        if kernel.ordinary is not None:
            yield kernel.ordinary.outside
            yield kernel.ordinary.function


def _neutral(function: Function, names: bool) -> Read:
    """A function of trees in the neutral form; results have names, or numbers where a language has tuples."""
    known: dict[Node, Tree] = {p: argument(i) for i, p in enumerate(function.parameters)}
    for n in operands(r for _, r in function.results):
        if n in known:
            continue
        if n.op == "const":
            assert isinstance(n.value, float)
            known[n] = constant(n.value)
        elif n.op == "result":
            single = n.args[0].function is not None and len(n.args[0].function.results) == 1
            known[n] = known[n.args[0]] if single else result(known[n.args[0]], _member(n, names))
        else:
            called = n.function.name if n.function is not None else ""
            known[n] = tree(_SAME.get(n.op, n.op), *(known[a] for a in n.args), value=called)
    ends = [(name if names else str(i), known[r]) for i, (name, r) in enumerate(function.results)]
    return Read(function.name, dict(ends) if len(ends) > 1 else {"0": ends[0][1]})


#: The results of operations that have several, by name.
_MEMBERS = {"nearest_power": ("k", "power"), "balance": ("power", "inverse", "k")}


def _member(n: Node, names: bool) -> str:
    assert isinstance(n.value, int)
    function = n.args[0].function
    if not names:
        return str(n.value)
    if function is not None:
        return function.results[n.value][0]
    return _MEMBERS.get(n.args[0].op, ("head", "tail"))[n.value]
