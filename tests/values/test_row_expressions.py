from random import Random
from typing import Any

import pytest
from datasets import table
from evaluating import complaints as told
from evaluating import setting
from msgspec.structs import replace

from planrunner.errors import Place, Problems
from planrunner.plan.model import Dataset
from planrunner.protocols import Reply
from planrunner.values.expressions import EvaluationError, Names, compile_setting
from planrunner.values.rows import EndOfDataError, Table, deal
from planrunner.values.scope import Scope

DATASET = Dataset("customers", Place("plan.yml", 3, 5))
CUSTOMERS = Table(
    "customers",
    [{"name": "Ann", "first name": "A", "address": {"city": "Ulm"}}, {"name": "Bob", "nick": "b"}],
    frozenset({"name", "first name", "address", "nick"}),
    DATASET,
)
WISHES = Table("wishes", ["thin", "extra"], None, replace(DATASET, name="wishes"))
BROKEN = Table("broken", [], None, replace(DATASET, name="broken"))


def names(**keys: Any) -> Names:
    tables = [CUSTOMERS, WISHES, BROKEN]
    return Names({"n": 5}, frozenset({"key"}), data={t.name: deal(t, 0, 1) for t in tables}, **keys)


def scope() -> Scope:
    made = Scope(1, "browse", "t-1", Random(1))
    made.values = {"key": "name"}
    return made


def evaluate(text: str, known: Names, where: Scope) -> Any:
    problems = Problems()
    value = compile_setting(setting(text, problems), known, problems)
    assert problems.found == []
    return value.of(where)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${customers.name}", "Ann"),
        ("Dear ${customers.name}", "Dear Ann"),
        ('${customers["first name"]}', "A"),
        ("${customers[key]}", "Ann"),
        ("${customers.address.city}", "Ulm"),
        ("${customers.name + wishes}", "Annthin"),
        ("${wishes}", "thin"),
        ("${length(customers)}", 3),
        ("${'nick' in customers}", False),
        ("${default(customers.nick, 'none')}", "none"),
    ],
)
def test_an_expression_reads_the_row_of_the_iteration(text: str, value: Any) -> None:
    assert evaluate(text, names(), scope()) == value


def test_all_expressions_of_an_iteration_read_one_row() -> None:
    known, where = names(), scope()
    assert [evaluate("${customers.name}", known, where) for _ in range(2)] == ["Ann", "Ann"]
    where.rows = {}
    assert [evaluate("${customers.name}", known, where) for _ in range(2)] == ["Bob", "Bob"]


def test_a_member_that_a_row_lacks_is_missing() -> None:
    with pytest.raises(EvaluationError) as raised:
        evaluate("${customers.nick}", names(), scope())
    wanted = "customers has no member 'nick', in ${customers.nick} (plan.yml:1)"
    assert (str(raised.value), raised.value.missing) == (wanted, True)


def test_the_end_of_the_data_is_no_missing_value() -> None:
    data = {"users": deal(table(1, "unique", "stop"), 1, 2)}
    with pytest.raises(EndOfDataError):
        evaluate("${default(users, 'none')}", Names({}, data=data), scope())


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("${customers.nme}", "3+13: data set 'customers' has no column 'nme' (did you mean 'name'?)"),
        (
            "${customers['First Name']}",
            "3+23: data set 'customers' has no column 'First Name' (did you mean 'first name'?)",
        ),
        (
            "${wishes.name}",
            "3+11: data set 'wishes' has no columns (its rows are plain values: write ${wishes})",
        ),
        ("${customer.name}", "3+8: unknown variable 'customer' (did you mean 'customers'?)"),
    ],
)
def test_what_no_row_has_is_an_error_of_the_plan(text: str, wrong: str) -> None:
    assert told(text, names()) == [wrong]


@pytest.mark.parametrize("text", ["${broken.name}", "${broken}", "${broken['x']}", "${wishes[0]}"])
def test_what_may_be_is_no_error(text: str) -> None:
    assert told(text, names()) == []


@pytest.mark.parametrize("text", ["${customers}", "${customers.nme}", "${customers['nme']}"])
def test_where_only_variables_are_known_there_are_no_rows(text: str) -> None:
    assert told(text, names(runtime=False)) == [
        "3+9: 'customers' is not known here (here only variables are known)"
    ]


def test_where_no_iteration_is_no_unique_row_may_be_taken() -> None:
    data = {pick: deal(table(3, pick, "stop"), 0, 1) for pick in ("unique", "sequential")}
    data["unique"].name = "unique"
    known = Names({}, data=data, unique=False)
    (found,) = told("${unique + sequential}", known)
    assert found.startswith("3+6: no row of 'unique' may be taken here: each of them is for one iteration")


def test_loop_index_counts_rounds() -> None:
    where = scope()
    where.loop = 2
    assert evaluate("${loop.index + 1}", names(loop=True), where) == 3


@pytest.mark.parametrize(
    ("text", "loop", "wrong"),
    [
        (
            "${loop.index}",
            False,
            (
                "3+10: 'loop.index' is not known here "
                "(it counts the rounds of repeat, for_each, while and until, in their steps)"
            ),
        ),
        ("${loop}", True, "3+4: 'loop' is no value by itself (write loop.index)"),
        ("${cookies}", True, "3+7: 'cookies' is no value by itself (name one: cookies.session)"),
        ("${cooky}", True, "3+5: unknown variable 'cooky' (did you mean 'cookies'?)"),
    ],
)
def test_what_is_no_value_here_is_said(text: str, loop: bool, wrong: str) -> None:
    assert told(text, names(loop=loop)) == [wrong]


def test_loop_index_is_suggested_only_in_loops() -> None:
    assert "loop.index" in names(loop=True).known()
    assert "loop.index" not in names().known()


def answered() -> Scope:
    where, reply = scope(), Reply()
    reply.headers = [(b"Set-Cookie", b"session=s1; Path=/"), (b"set-cookie", b"name=n")]
    where.reply = reply
    return where


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${cookies.session}", "s1"),
        ("${cookies['session']}", "s1"),
        ("${cookies[key]}", "n"),
        ("${default(cookies.x, 'none')}", "none"),
        ("${'session' in cookies}", True),
        ("${key not in cookies}", False),
        ("${'Session' in cookies}", False),
    ],
)
def test_expressions_read_cookies_of_the_newest_reply(text: str, value: Any) -> None:
    assert evaluate(text, names(), answered()) == value


@pytest.mark.parametrize(
    ("text", "where", "wrong"),
    [
        ("${cookies.x}", answered(), "the reply has no cookie 'x', in ${cookies.x} (plan.yml:1)"),
        ("${cookies.x}", scope(), "there is no reply yet, in ${cookies.x} (plan.yml:1)"),
        ("${cookies[n]}", answered(), "a cookie has a name, not 5, in ${cookies[n]} (plan.yml:1)"),
        ("${n in cookies}", answered(), "a cookie has a name, not 5, in ${n in cookies} (plan.yml:1)"),
    ],
)
def test_a_cookie_that_is_not_there_is_said(text: str, where: Scope, wrong: str) -> None:
    with pytest.raises(EvaluationError) as raised:
        evaluate(text, names(), where)
    assert str(raised.value) == wrong


def test_without_a_reply_there_are_no_cookies() -> None:
    assert evaluate("${'session' in cookies}", names(), scope()) is False
