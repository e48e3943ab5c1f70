import pytest
from asking import Ask, opened


@pytest.fixture
def ask() -> Ask:
    return opened()


def test_the_dashboard_counts_the_pizzas(ask: Ask) -> None:
    for _ in range(2):
        ask("GET", "/api/recommendations")
    assert ask("GET", "/api/dashboard").json() == {
        "orders": 2,
        "revenue": 19.0,
        "expenses": 9.5,
        "currency": "EUR",
    }


def test_transactions_are_as_many_as_asked_for(ask: Ask) -> None:
    told = ask("GET", "/api/transactions?limit=2").json()
    assert told == {
        "transactions": [
            {"id": 1, "amount": 10.7, "category": "drinks"},
            {"id": 2, "amount": 14.4, "category": "dessert"},
        ]
    }


def test_there_are_three_accounts(ask: Ask) -> None:
    told = ask("GET", "/api/accounts").json()["accounts"]
    assert [(one["name"], one["balance"]) for one in told] == [
        ("Till", 420.5),
        ("Bank", 12750.0),
        ("Flour fund", 99.0),
    ]


@pytest.mark.parametrize(
    ("question", "answer", "figure"),
    [
        ("What is total revenue?", "Revenue: 9.50 EUR.", "revenue"),
        ("Show expenses by category", "Expenses: 4.75 EUR.", "expenses"),
        ("What were profits last quarter?", "Profit: 4.75 EUR.", "profit"),
        ("How are you?", "Revenue: 9.50 EUR.", "revenue"),
    ],
)
def test_a_question_is_answered_with_the_figure_it_names(
    ask: Ask, question: str, answer: str, figure: str
) -> None:
    ask("GET", "/api/recommendations")
    told = ask("POST", "/api/ask", json={"question": question}).json()
    assert told == {"answer": answer, "sql": f"SELECT sum({figure}) FROM books"}


def test_no_question_gets_no_answer(ask: Ask) -> None:
    assert ask("POST", "/api/ask", json={"question": ""}).status_code == 400
