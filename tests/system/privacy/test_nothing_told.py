"""No number and no name that was used stands in anything that the processes say, keep or send.

Clients are heard at their channels, so what is searched for is what was really said; and a word that is
planted wherever something can stand is found there.
"""

from typing import Final

import pytest
import pytest_asyncio

from tests.system.privacy.canary import Canary
from tests.system.privacy.conftest import Played
from tests.system.privacy.places import core_limits
from tests.system.privacy.plot import FIELDS
from tests.system.privacy.sweep import digested, leaks, named_by

pytestmark = pytest.mark.asyncio(loop_scope="package")

# Where the law wants a name told, and to whom. Nobody else's answer holds one: no partner's, no field's.
_COURTS_LISTING: Final = "a court reads whom it has listed, as it is published (LP Art 6)"
_COURTS_FILE: Final = "a clerk reads the name that she gave her own file"
NAMED_TO: Final = {
    "RegistryService/EnterListing": _COURTS_LISTING,
    "RegistryService/GetListing": _COURTS_LISTING,
    "RegistryService/SearchListings": _COURTS_LISTING,
    "RegistryService/CorrectListing": _COURTS_LISTING,
    "ImportService/BeginImport": _COURTS_FILE,
    "ImportService/PrepareImport": _COURTS_FILE,
    "ImportService/GetImport": _COURTS_FILE,
    "ImportService/ReadSample": "a second person compares rows with the case file, numbers masked",
}


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def places(played: Played) -> dict[str, bytes]:
    return await played.places()


async def test_nothing_that_is_told_kept_or_sent_names_anybody(
    played: Played, places: dict[str, bytes]
) -> None:
    spoken = played.stack.spoken
    assert len(spoken.numbers) > 15
    assert len(spoken.names) > 15
    assert leaks(places, named_by(spoken)) == {}


async def test_no_place_was_left_out(played: Played, places: dict[str, bytes]) -> None:
    names = set(played.stack.addresses)
    ours = set(played.stack.metrics)
    expected = {
        *(f"log {name}.log" for name in (*names, "postgres", "valkey")),
        *(f"metrics of {name}" for name in ours),
        *(f"{kind} of {name}" for kind in ("cmdline", "environ") for name in (*names, "postgres")),
        *(f"{name}'s {name}.query_log" for name in FIELDS),
        *(
            "registry's registry.change",
            "registry's registry.request",
            "registry's registry.import",
        ),
        *("registry's pg_stat_activity", "file services/demo-copy/copy.sqlite3"),
        *("traces", "pushes", "Valkey's commands"),
    }
    assert expected <= places.keys()
    assert [place for place in expected if not places[place].strip()] in ([], ["log valkey.log"])
    # Errors of every kind were made, and the courts' records were read through the cache.
    assert len(played.stack.spoken.errors) > 100
    assert b'"SET"' in places["Valkey's commands"] or b'"EVALSHA"' in places["Valkey's commands"]
    assert b"CheckPassenger" in places["traces"]
    assert b"parameters: $1" in places["log postgres.log"].lower()


async def test_what_operators_see_holds_no_digest_of_anybody_either(
    played: Played, places: dict[str, bytes]
) -> None:
    keyring = played.stack.keys / "gate.keyring.json"
    seen = {
        place: content
        for place, content in places.items()
        if place.startswith(("log ", "metrics ", "errors ", "cmdline ", "environ ", "traces"))
        # It was told to write down whatever it is sent.
        and place != "log postgres.log"
    }
    needles = digested(played.stack.spoken, keyring)
    assert leaks({"the search would find one": places["travel's travel.digest"]}, needles)
    assert leaks(seen, needles) == {}


async def test_no_process_leaves_its_memory_on_a_disk(played: Played) -> None:
    assert core_limits(played.stack) == {name: ["0", "0"] for name in played.stack.metrics}


async def test_answers_name_people_to_those_alone_whom_the_law_lets_read_it(
    played: Played,
) -> None:
    spoken = played.stack.spoken
    needles = named_by(spoken)
    naming = {
        "/".join(method.rsplit(".", 1)[-1].split("/"))
        for method, content in spoken.replies
        if needles.found_in(content)
    }
    assert naming == set(NAMED_TO)


async def test_a_word_planted_anywhere_is_found_there(
    played: Played, places: dict[str, bytes]
) -> None:
    canary = Canary(played)
    assert leaks(places, canary.needles) == {}
    planted = await canary.plant()
    async with canary.shown_by_a_process() as shown:
        found = leaks(await played.places(), canary.needles)
    assert (planted | shown) - found.keys() == set()
