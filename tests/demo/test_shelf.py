from planrunner.demo.shelf import Shelf


def filled(limit: int) -> Shelf[str]:
    shelf: Shelf[str] = Shelf(limit)
    for letter in "abc":
        shelf.add(lambda number, letter=letter: f"{letter}{number}")  # type: ignore[misc]
    return shelf


def test_things_are_numbered_from_one() -> None:
    assert [filled(9).find(number) for number in (0, 1, 3, 4)] == [None, "a1", "c3", None]


def test_beyond_the_limit_the_oldest_is_forgotten() -> None:
    shelf = filled(2)
    assert (len(shelf), shelf.find(1), shelf.find(2)) == (2, None, "b2")


def test_the_newest_come_first() -> None:
    assert (filled(9).newest(2), filled(9).newest(5)) == (["c3", "b2"], ["c3", "b2", "a1"])
