"""No number and no name that was used stands in anything that the processes say, keep or send.

Clients are heard at their channels, so what is searched for is what was really said; and a word that is
planted wherever something can stand is found there.
"""

import asyncio
import secrets
from collections.abc import Iterator
from typing import Any, Final

import asyncpg
import grpc
import pytest
import pytest_asyncio
from grpc.aio import AioRpcError, Metadata
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc
from redis.asyncio import Redis

from chassis.client import open_channel
from courtlist.restriction.v1 import partner_service_pb2 as pushing
from courtlist.restriction.v1 import partner_service_pb2_grpc
from stack.connections import OPERATOR_PEER
from tests.system.privacy.conftest import Played
from tests.system.privacy.needles import Needles
from tests.system.privacy.places import store_of
from tests.system.privacy.plot import FIELDS
from tests.system.privacy.receiver import PEER
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


# The package has no types.
_untyped: Any = trace_service_pb2_grpc


class Canary:
    """A word that nobody said, planted in every kind of place in every kind of writing."""

    def __init__(self, played: Played) -> None:
        self.word = f"金丝雀{secrets.token_hex(6)}"
        self.needles = Needles.of(names=[self.word])
        self._played = played
        self._stack = played.stack

    async def plant(self) -> set[str]:
        """Where it was planted."""
        planted = set(self._in_files())
        await asyncio.gather(
            self._in_databases(), self._in_valkey(), self._in_a_span(), self._in_a_push()
        )
        self._in_an_error()
        return planted | {
            *(f"{name}'s public.canary" for name in self._stack.stores),
            *("Valkey", "Valkey's commands", "traces", "pushes", "log postgres.log"),
            "errors of /Canary",
        }

    def _in_files(self) -> Iterator[str]:
        folder = self._stack.folder.path
        writings = {
            "logs/registry.log": self.word.encode(),
            "logs/travel.log": self.word.encode("unicode_escape"),
            "services/canary": self.word.encode("utf-16-le"),
            "services/demo-copy/canary": self.word.encode("gb18030"),
        }
        for place, content in writings.items():
            with (folder / place).open("ab") as file:
                file.write(b"\n" + content + b"\n")
            kind, _, name = place.partition("/")
            yield f"log {name}" if kind == "logs" else f"file {place}"

    async def _in_databases(self) -> None:
        for name in self._stack.stores:
            connection = await asyncpg.connect(store_of(self._stack, name))
            try:
                await connection.execute("CREATE TABLE public.canary (one jsonb, two bytea[])")
                await connection.execute(
                    "INSERT INTO public.canary VALUES (to_jsonb($1::text), ARRAY[$2::bytea])",
                    *("" if name == "travel" else self.word, self.word.encode()),
                )
            finally:
                await connection.close()

    async def _in_valkey(self) -> None:
        assert self._stack.valkey is not None
        client: Any = Redis.from_url(self._stack.valkey.url)
        try:
            for kind, plant in {
                "key": client.set(self.word, 1),
                "hash": client.hset("canary:hash", "one", self.word),
                "set": client.sadd("canary:set", self.word),
                "list": client.rpush("canary:list", self.word),
                "sorted set": client.zadd("canary:zset", {self.word: 1}),
                "stream": client.xadd("canary:stream", {"one": self.word}),
            }.items():
                assert await plant, kind
        finally:
            await client.aclose()

    async def _in_a_span(self) -> None:
        request = traces.ExportTraceServiceRequest()
        request.resource_spans.add().scope_spans.add().spans.add().name = self.word
        request.resource_spans[0].resource.attributes.add(
            key="service.name"
        ).value.string_value = "canary"
        async with grpc.aio.insecure_channel(self._played.endpoint.removeprefix("http://")) as to:
            stub = _untyped.TraceServiceStub(to)
            await stub.Export(request)

    async def _in_a_push(self) -> None:
        transport = self._stack.proofs.transport_of(OPERATOR_PEER)
        async with open_channel(
            self._played.receiver.address,
            transport=transport,
            host_name=PEER.host_name(transport.trust_domain),
        ) as to:
            request = pushing.ReceiveRestrictionsRequest(field=self.word)
            await partner_service_pb2_grpc.PartnerServiceStub(to).ReceiveRestrictions(request)

    def _in_an_error(self) -> None:
        trailers = Metadata(("canary-bin", self.word.encode()))
        error = AioRpcError(grpc.StatusCode.OK, Metadata(), trailers, "", "")
        self._stack.spoken.hear_error("/Canary", error)


async def test_a_word_planted_anywhere_is_found_there(
    played: Played, places: dict[str, bytes]
) -> None:
    canary = Canary(played)
    assert leaks(places, canary.needles) == {}
    planted = await canary.plant()
    found = leaks(await played.places(), canary.needles)
    assert planted - found.keys() == set()
