"""Numbers that come to users in turn, and those of them that come to some of the users."""

from __future__ import annotations

from bisect import bisect_left

from msgspec import Struct


class Turns(Struct, frozen=True):
    """Numbers below `total`, dealt in turn to `among` users: those of `users`, without a list of them."""

    total: int
    among: int
    users: range

    def __len__(self) -> int:
        rounds, rest = divmod(self.total, self.among)
        return rounds * len(self.users) + bisect_left(self.users, rest)

    def __getitem__(self, place: int) -> int:
        if place >= len(self):
            raise IndexError(place)
        turn, user = divmod(place, len(self.users))
        return turn * self.among + self.users[user]
