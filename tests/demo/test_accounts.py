import pytest

from planrunner.demo.accounts import Opinion, Ratings, Users, token


def test_a_token_depends_on_the_name_alone() -> None:
    assert token("default") == "fe98b07b1ba6b3a2"


def test_the_built_in_user_can_log_in() -> None:
    assert Users().login("default", "12345678") == token("default")


def test_the_password_of_a_user_is_known_to_the_shop() -> None:
    assert [Users().password(name) for name in ("test@example.com", "nobody")] == ["testpassword123", None]


def test_a_wrong_password_gets_no_token() -> None:
    assert Users().login("default", "1234567") is None


def test_an_unknown_user_gets_no_token() -> None:
    assert Users().login("nobody", "12345678") is None


def test_a_created_user_is_known_by_the_token() -> None:
    users = Users()
    users.create("ann", "secret")
    assert users.known(token("ann")) == "ann"


def test_users_are_numbered_after_the_built_in_ones() -> None:
    users = Users()
    assert [users.create(name, "x") for name in ("ann", "bob")] == [3, 4]


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="there is a user 'default' already"):
        Users().create("default", "other")


def test_beyond_the_limit_the_oldest_user_is_forgotten_but_not_the_built_in_one() -> None:
    users = Users(limit=2)
    for name in ("ann", "bob", "cem"):
        users.create(name, "x")
    assert [users.known(token(name)) for name in ("default", "ann", "bob", "cem")] == [
        "default",
        None,
        "bob",
        "cem",
    ]


def test_beyond_the_limit_the_oldest_rating_is_forgotten() -> None:
    ratings = Ratings(limit=2)
    for stars in (1, 2, 3):
        ratings.add("ann", Opinion(stars, 7))
    assert [(r.id, r.stars) for r in ratings.of("ann")] == [(3, 3), (2, 2)]


def test_a_rating_is_found_by_its_owner_only() -> None:
    ratings = Ratings()
    rating = ratings.add("ann", Opinion(5, 7))
    assert (ratings.find("ann", 1), ratings.find("bob", 1), ratings.find("ann", 2)) == (rating, None, None)
