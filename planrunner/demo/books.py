"""The shop's books: a dashboard, transactions, accounts, and questions about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planrunner.demo.wire import answer, read, whole

MOST_TRANSACTIONS = 1000
PRICE = 9.5  # of a pizza
COST = 0.5  # of the price

ACCOUNTS = (
    {"id": 1, "name": "Till", "balance": 420.5},
    {"id": 2, "name": "Bank", "balance": 12750.0},
    {"id": 3, "name": "Flour fund", "balance": 99.0},
)


class Question(msgspec.Struct, frozen=True):
    """A question about the books, in plain words."""

    question: Annotated[str, Meta(min_length=1, max_length=1000)]


class Books:
    """Answers for the dashboard; the figures follow from the number of orders."""

    def __init__(self, orders: Callable[[], int]) -> None:
        self._orders = orders
        self._transactions = [_transaction(n) for n in range(1, MOST_TRANSACTIONS + 1)]

    def routes(self) -> list[Route]:
        """Return what the dashboard and its users ask for."""
        return [
            Route("/api/dashboard", self.dashboard),
            Route("/api/transactions", self.transactions),
            Route("/api/accounts", accounts),
            Route("/api/ask", self.ask, methods=["POST"]),
        ]

    async def dashboard(self, _request: Request) -> Response:
        """Show how business goes."""
        figures = self._figures()
        shown = {"revenue": figures["revenue"], "expenses": figures["expenses"]}
        return answer({"orders": self._orders(), **shown, "currency": "EUR"})

    async def transactions(self, request: Request) -> Response:
        """Show the newest lines of the books: `?limit=N`."""
        limit = whole("limit", request.query_params.get("limit", "10"), 0, MOST_TRANSACTIONS)
        return answer({"transactions": self._transactions[:limit]})

    async def ask(self, request: Request) -> Response:
        """Answer a question about the first figure it names, and say how that was found."""
        asked = await read(request, Question)
        figures, words = self._figures(), asked.question.lower()
        name = next((figure for figure in figures if figure in words), "revenue")
        sql = f"SELECT sum({name}) FROM books"  # noqa: S608 (nobody runs it)
        return answer({"answer": f"{name.title()}: {figures[name]:.2f} EUR.", "sql": sql})

    def _figures(self) -> dict[str, float]:
        revenue = self._orders() * PRICE
        return {"revenue": revenue, "expenses": revenue * COST, "profit": revenue * (1 - COST)}


def _transaction(number: int) -> dict[str, int | float | str]:
    amount = round(7 + number * 37 % 100 / 10, 2)
    return {"id": number, "amount": amount, "category": ("pizza", "drinks", "dessert")[number % 3]}


async def accounts(_request: Request) -> Response:
    """Show where the money is."""
    return answer({"accounts": ACCOUNTS})
