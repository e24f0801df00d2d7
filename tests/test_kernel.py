"""The kernel language: nodes are interned, constants keep their sign, order is that of writing, mistakes are errors."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.vocabulary.kernel import (
    OPERATIONS,
    Builder,
    Kind,
    Node,
    Pair,
    argument,
    constant,
    fma,
    function,
    functions_below,
    node,
    operands,
    result,
    select,
    two_sum,
)

x, y = argument("x"), argument("y")


def test_the_same_expression_is_one_node() -> None:
    assert x * y + 1.0 is node("add", node("mul", argument("x"), argument("y")), constant(1.0))


def test_different_expressions_are_different_nodes() -> None:
    different = [x + y, y + x, x - y, node("exact_mul", x, y), x * y, fma(x, y, 0.0), argument("z") + y]
    assert len(set(different)) == len(different)


@given(st.floats(), st.floats())
def test_two_constants_are_one_node_exactly_where_their_bits_read_alike(a: float, b: float) -> None:
    assert (constant(a) is constant(b)) == (a.hex() == b.hex())


def test_the_two_zeros_are_two_constants() -> None:
    assert constant(0.0) is not constant(-0.0)
    assert x + 0.0 is not x + -0.0
    assert math.copysign(1.0, constant(-0.0).value) == -1.0


def test_an_integer_is_the_float_of_its_value() -> None:
    assert constant(2) is constant(2.0)
    assert isinstance(constant(2).value, float)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_refuses_every_other_number_of_operands(name: str) -> None:
    arity = OPERATIONS[name].arity
    for count in {0, 1, 2, 3, 4} - {arity}:
        with pytest.raises(ValueError, match=f"{name} takes {arity} operands, not {count}"):
            node(name, *[x] * count)


@pytest.mark.parametrize("build", [
    lambda: node("and", x, x < y),
    lambda: node("not", x),
    lambda: select(x, y, 1.0),
    lambda: (x < y) + 1.0,
    lambda: node("neg", node("two_sum", x, y)),
])  # fmt: skip
def test_numbers_masks_and_pairs_do_not_take_each_other_s_place(build) -> None:
    with pytest.raises(ValueError, match=r"takes a (number|mask)"):
        build()


def test_operators_of_python_build_the_operation_they_look_like() -> None:
    table = {
        "add": (x + y, 1.0 + x),
        "sub": (x - y, 1.0 - x),
        "mul": (x * y, 2.0 * x),
        "div": (x / y, 1.0 / x),
        "neg": (-x,),
        "abs": (abs(x),),
        "lt": (x < y, x > y),
        "le": (x <= y, x >= y),
        "and": ((x < y) & (y < x),),
        "or": ((x < y) | (y < x),),
        "not": (~(x < y),),
    }
    assert all(n.op == op for op, nodes in table.items() for n in nodes)
    assert (x > y).args == (y, x)
    assert (1.0 - x).args == (constant(1.0), x)


def test_kinds() -> None:
    assert (x + y).kind is Kind.NUMBER
    assert (x < y).kind is Kind.MASK
    assert node("two_sum", x, y).kind is Kind.PAIR
    assert two_sum(x, y) == Pair(result(node("two_sum", x, y), 0), result(node("two_sum", x, y), 1))


# --- order -------------------------------------------------------------------------------------------------------


def expressions() -> st.SearchStrategy[Node]:
    leaves = st.sampled_from([x, y, argument("z")]) | st.floats(allow_nan=False, width=16).map(constant)
    binary = st.sampled_from(["add", "sub", "mul", "div", "min"])
    return st.recursive(leaves, lambda below: st.builds(node, binary, below, below), max_leaves=20)


@given(st.lists(expressions(), min_size=1, max_size=3))
def test_operands_are_listed_once_and_before_what_uses_them(roots: list[Node]) -> None:
    listed = operands(roots)
    position = {n: i for i, n in enumerate(listed)}
    assert len(position) == len(listed)
    assert set(roots) <= set(listed)
    assert all(position[a] < position[n] for n in listed for a in n.args)


def test_operands_are_listed_left_to_right() -> None:
    product, quotient = x * y, y / x
    assert operands([product - quotient]) == [x, y, product, quotient, product - quotient]
    assert operands([quotient - product]) == [y, x, quotient, product, quotient - product]


def test_the_order_does_not_depend_on_what_was_built_before() -> None:
    p, q = argument("order_p"), argument("order_q")
    late = operands([(p * q + 3.0) / (q - p)])
    early_right, early_left = q - argument("order_p"), p * q  # interned already, in another order
    assert [n.op for n in late] == ["arg", "arg", "mul", "const", "add", "sub", "div"]
    assert operands([(early_left + 3.0) / early_right]) == late


def test_a_deep_tree_does_not_exhaust_the_stack() -> None:
    deep = x
    for _ in range(5000):
        deep = deep + 1.0
    assert len(operands([deep])) == 5002


# --- functions ---------------------------------------------------------------------------------------------------


def _square(b: Builder, a: Node) -> tuple[Node]:
    return (b.let("square", a * a, "why"),)


SQUARE = function("square", ("a",), ("value",), _square, "a^2.")
FOURTH = function("fourth", ("a",), ("value",), lambda b, a: SQUARE(*SQUARE(a)), "a^4.")
SUM = function("sums", ("a",), ("value",), lambda b, a: (FOURTH(a)[0] + SQUARE(a)[0],), "a^4 + a^2.")


def test_callees_come_before_their_callers_each_once() -> None:
    assert functions_below([SUM, FOURTH]) == [SQUARE, FOURTH, SUM]
    assert functions_below([FOURTH]) == [SQUARE, FOURTH]


def test_a_call_has_one_result_per_promise_and_refuses_other_arguments() -> None:
    assert [r.value for r in SQUARE(x)] == [0]
    assert SQUARE(x)[0] is SQUARE(x)[0]
    with pytest.raises(ValueError, match="square takes 1 arguments, not 2"):
        SQUARE(x, y)


def test_two_functions_of_the_same_name_are_not_confused() -> None:
    other = function("square", ("a",), ("value",), _square, "a^2.")
    assert other(x)[0] is not SQUARE(x)[0]


def test_a_function_computes_as_many_results_as_it_promises() -> None:
    with pytest.raises(ValueError, match="two promises 2 results and computes 1"):
        function("two", ("a",), ("value", "rest"), _square, "")


def test_names_and_notes_stay_with_their_nodes_and_the_first_is_kept() -> None:
    b = Builder()
    named = b.let("total", x + y, "the reason")
    assert b.let("again", named, "another reason") is named
    assert (b.names, b.notes) == ({named: "total"}, {named: "the reason"})


def test_constants_and_arguments_are_not_renamed() -> None:
    b = Builder()
    b.let("one", constant(1.0), "note")
    b.let("other", x, "note")
    assert (b.names, b.notes) == ({}, {})


def test_a_pair_names_its_head_and_its_tail() -> None:
    b = Builder()
    pair = b.pair("sum", two_sum(x, y), "the reason")
    assert b.names == {pair.head: "sum_head", pair.tail: "sum_tail"}
    assert b.notes == {pair.head: "the reason"}
