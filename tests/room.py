"""How much memory things take: themselves, and all that they alone lead to."""

import gc
import sys
from types import FunctionType, ModuleType


def room(*things: object) -> int:
    """Return bytes; what several of them share is counted once, and classes are not counted."""
    seen: set[int] = set()
    found, total = list(things), 0
    while found:
        one = found.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        found += gc.get_referents(one)
    return total
