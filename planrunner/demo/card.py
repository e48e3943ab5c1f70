"""The menu card: page by page, and by GraphQL with one field to ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planrunner.demo.menu import BASES, TOPPINGS, Ingredient
from planrunner.demo.wire import answer, read, whole

CARD = (*(one for some in BASES.values() for one in some), *TOPPINGS)
FIELDS = {"id": "id", "name": "name", "caloriesPerSlice": "calories_per_slice", "vegetarian": "vegetarian"}

_MENU = re.compile(r"\bmenu ?(?:\(([^()]*)\))? ?\{([^{}]*)\}")
_ARGUMENT = re.compile(r"(\w+) ?: ?([$-]?\w+)")


class Question(msgspec.Struct, frozen=True):
    """A GraphQL request: `{query, variables, operationName}`."""

    query: Annotated[str, Meta(max_length=10_000)]
    variables: dict[str, Any] | None = None
    operation: str | None = msgspec.field(default=None, name="operationName")


class Filter(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The arguments of `menu`."""

    vegetarian: bool | None = None
    max_calories: int | None = None
    first: Annotated[int, Meta(ge=0)] | None = None


def routes() -> list[Route]:
    """Return the card as a list and as a graph."""
    return [
        Route("/api/menu", listing),
        Route("/api/graphql", graphql, methods=["POST"]),
    ]


async def listing(request: Request) -> Response:
    """Show a page of the card: `?page=1&size=5`; `next` and the Link header (RFC 8288) lead on."""
    size = whole("size", request.query_params.get("size", "5"), 1, 100)
    page = whole("page", request.query_params.get("page", "1"), 1, 1000)
    pages = -(-len(CARD) // size)
    if page > pages:
        raise HTTPException(404, f"there is no page {page}, the last one is {pages}")
    following = f"/api/menu?page={page + 1}&size={size}" if page < pages else None
    told = {"items": CARD[(page - 1) * size : page * size], "page": page, "pages": pages, "next": following}
    return answer(told, headers={"link": f'<{following}>; rel="next"'} if following else None)


async def graphql(request: Request) -> Response:
    """Answer `menu(vegetarian, maxCalories, first) {id name caloriesPerSlice vegetarian}`.

    As usual with GraphQL, what cannot be answered is told in `errors`, with status 200.
    """
    asked = await read(request, Question)
    try:
        return answer({"data": {"menu": menu(asked.query, asked.variables or {})}})
    except (ValueError, msgspec.DecodeError) as error:
        return answer({"errors": [{"message": str(error)}]})


def menu(query: str, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a query asks for; ValueError or DecodeError say what is wrong with it."""
    found = _MENU.search(" ".join(query.split()))
    if found is None:
        raise ValueError("there is one field to ask for: menu { name }")
    fields = re.findall(r"\w+", found[2])
    for name in fields:
        if name not in FIELDS:
            raise ValueError(f"cannot query field {name!r} on type 'Ingredient'")
    wanted = msgspec.convert(_arguments(found[1] or "", variables), Filter)
    chosen = [one for one in CARD if _matches(one, wanted)][: wanted.first]
    return [{name: getattr(one, FIELDS[name]) for name in fields} for one in chosen]


def _arguments(text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    given = {}
    for name, value in _ARGUMENT.findall(text):
        if value.startswith("$"):
            given[name] = variables.get(value[1:])
        else:
            given[name] = msgspec.json.decode(value)
    return given


def _matches(one: Ingredient, wanted: Filter) -> bool:
    if wanted.vegetarian is not None and one.vegetarian != wanted.vegetarian:
        return False
    return wanted.max_calories is None or one.calories_per_slice <= wanted.max_calories
