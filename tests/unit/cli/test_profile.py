from pathlib import Path

import pytest

from cli.acting import as_metadata, choose
from cli.errors import UsageError
from cli.profile import Actor, Profile, find, read

_TEXT = """
partner = "rail-1"
[addresses]
registry = "127.0.0.1:1"
[acting]
person = "operator-1"
role = "operator"
[[people]]
person = "clerk-1"
role = "clerk"
court = "京0199"
[[people]]
person = "both"
role = "clerk"
court = "京0199"
[[people]]
person = "both"
role = "judge"
court = "京0199"
"""


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    path = tmp_path / "courtlist.toml"
    path.write_text(_TEXT)
    return read(path, is_needed=True)


def test_who_acts_is_the_profiles_unless_the_command_line_says_otherwise(profile: Profile) -> None:
    assert choose(profile, person="", role="", court="") == Actor("operator-1", "operator")
    assert choose(profile, person="clerk-1", role="", court="") == Actor(
        "clerk-1", "clerk", "京0199"
    )
    assert choose(profile, person="x", role="judge", court="沪0199") == Actor(
        "x", "judge", "沪0199"
    )


def test_a_person_with_two_offices_must_say_which(profile: Profile) -> None:
    with pytest.raises(UsageError, match="several offices"):
        choose(profile, person="both", role="", court="")
    assert choose(profile, person="both", role="judge", court="").role == "judge"


def test_a_person_the_profile_does_not_know_gets_nobody_elses_office(profile: Profile) -> None:
    with pytest.raises(UsageError, match="does not know this person"):
        choose(profile, person="clerk-9", role="", court="")


def test_an_operator_carries_no_court() -> None:
    assert dict(as_metadata(Actor("o", "operator", "京0199"))) == {
        "courtlist-person": "o",
        "courtlist-role": "operator",
    }
    carried = dict(as_metadata(Actor("c", "clerk", "京0199")))
    assert carried["courtlist-court-bin"] == "京0199".encode()


@pytest.mark.parametrize(
    "actor", [Actor(), Actor("c", "clerk"), Actor("", "clerk", "京0199"), Actor("", "operator")]
)
def test_who_acts_is_said_whole_or_asked_for(actor: Actor) -> None:
    with pytest.raises(UsageError) as caught:
        as_metadata(actor)
    assert "--as" in caught.value.next_step


def test_the_profile_is_looked_for_in_order(tmp_path: Path) -> None:
    environment = {"COURTLIST_PROFILE": "/named.toml", "HOME": "/home/x"}
    assert find(tmp_path, environment) == tmp_path
    assert find(None, environment) == Path("/named.toml")
    assert find(None, {"HOME": "/home/x"}) == Path("/home/x/.config/courtlist/courtlist.toml")
    assert find(None, {"XDG_CONFIG_HOME": "/c"}) == Path("/c/courtlist/courtlist.toml")


def test_every_problem_of_a_profile_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('adresses = 1\n[addresses]\nregistry = 1\n[acting]\nrole = "king"\nname = "x"')
    with pytest.raises(UsageError) as caught:
        read(path, is_needed=True)
    assert {one.field for one in caught.value.problems} == {
        "adresses",
        "addresses.registry",
        "acting.role",
        "acting.name",
    }


def test_an_absent_profile_is_empty_only_when_nobody_named_it(tmp_path: Path) -> None:
    assert read(tmp_path / "none.toml", is_needed=False) == Profile()
    with pytest.raises(UsageError, match="no such profile"):
        read(tmp_path / "none.toml", is_needed=True)


def test_an_unknown_address_says_what_to_write(profile: Profile) -> None:
    with pytest.raises(UsageError) as caught:
        profile.address("loan")
    assert "loan" in caught.value.next_step
