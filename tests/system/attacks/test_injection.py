"""Whatever texts are sent: done or refused for a reason, repeated nowhere, and nothing breaks out."""

import asyncio
import json
import ssl
import sys
from typing import Any

import grpc
import pytest

from stack.connections import RAIL_PEER
from stack.office import request_id
from tests import raw_http2
from tests.eventually import eventually
from tests.system.attacks.attacker import Headers, Outcome, assertion_of, bearer
from tests.system.attacks.cast import COURT_A, IDENTITIES, Identity, peer_of
from tests.system.attacks.conftest import Scene
from tests.system.attacks.journal import Journal
from tests.system.attacks.poison import MARK, TEXTS, poisoned, poisoned_alone, poisoned_one_by_one
from tests.system.attacks.surface import Rpc

pytestmark = pytest.mark.asyncio(loop_scope="session")

_AT_ONCE = 8
_NOT_OURS = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DEADLINE_EXCEEDED}


@pytest.mark.parametrize("words", TEXTS)
async def test_every_rpc_takes_a_text_for_a_text(scene: Scene, words: str) -> None:
    journals = {server: Journal(scene.stack, server) for server in scene.stack.addresses}
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(rpc: Rpc, *, fresh: bool) -> Outcome:
        request: Any = poisoned(rpc.empty(), TEXTS[words])
        if fresh and rpc.is_act:
            request.request_id = request_id()
        async with turn:
            return await _sent(scene, rpc, request.SerializeToString())

    calls = [(rpc, fresh) for rpc in scene.rpcs for fresh in (False, True)]
    outcomes = await asyncio.gather(*(one(rpc, fresh=fresh) for rpc, fresh in calls))
    for (rpc, _), outcome in zip(calls, outcomes, strict=True):
        check(rpc.method, outcome)
    for server, journal in journals.items():
        sent = zip(calls, outcomes, strict=True)
        refused = {one.call_id for (rpc, _), one in sent if rpc.server == server and one.reason}
        await journal.calls_of(refused)
        assert MARK not in journal.text()


async def test_no_text_alone_reaches_a_database_that_cannot_hold_it(scene: Scene) -> None:
    """Alone: in a request full of such texts another one is refused first."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(rpc: Rpc, path: str, request: Any) -> None:
        if rpc.is_act and path != "request_id":
            request.request_id = request_id()
        async with turn:
            check(f"{rpc.method} {path}", await _sent(scene, rpc, request.SerializeToString()))

    await asyncio.gather(
        *(
            one(rpc, path, request)
            for rpc in scene.rpcs
            for path, request in poisoned_alone(rpc.empty(), TEXTS["NUL"])
        )
    )


@pytest.mark.parametrize("words", TEXTS)
async def test_a_lawful_entry_with_one_such_text_is_done_or_refused(
    scene: Scene, words: str
) -> None:
    journal, entering = Journal(scene.stack, "registry"), scene.rpc("EnterListing")
    request = scene.court_a.entry(scene.person().subject)
    for path in poisoned_one_by_one(request, TEXTS[words]):
        check(path, await _sent(scene, entering, request.SerializeToString()))
    assert journal.calls()
    assert MARK not in journal.text()


async def test_what_is_no_message_is_refused_and_leaves_nothing(scene: Scene) -> None:
    whole = scene.court_a.entry(scene.person().subject).SerializeToString()
    contents = {
        "cut off": whole[: len(whole) // 2],
        "garbage": MARK.encode() * 50,
        "no UTF-8": b"\x0a\x03\xff\xfe\xfd",
        "a length beyond the end": b"\x0a\xff\xff\xff\xff\x0f",
        "nested without end": b"\x1a\x7f" * 100,
        "another's message": b"\x08\x96\x01" * 1_000,
    }
    journal, before = Journal(scene.stack, "registry"), await scene.head()
    for words, content in contents.items():
        outcome = await _sent(scene, scene.rpc("EnterListing"), content)
        assert outcome.reason == "INVALID_REQUEST", words
        line = (await journal.calls_of({outcome.call_id}))[outcome.call_id]
        assert line["person"] == COURT_A.clerk
        assert MARK not in outcome.message
    assert await scene.head() == before
    assert MARK not in journal.text()


async def test_what_is_too_large_is_refused_unread(scene: Scene) -> None:
    for rpc in (scene.rpc("EnterListing"), scene.rpc("CheckPassengers", "travel")):
        outcome = await _sent(scene, rpc, b"\x0a" + bytes(6 * 1024 * 1024))
        assert outcome.seen == "RESOURCE_EXHAUSTED"


@pytest.mark.parametrize(
    "method",
    ["/x/Y", "/courtlist.registry.v1.RegistryService/Drop", "/'; DROP TABLE x; --/x", "//", "/"],
)
async def test_what_nobody_serves_is_called_in_vain(scene: Scene, method: str) -> None:
    transport = scene.attacker.transport_of(peer_of(COURT_A))
    outcome = await scene.attacker.send("registry", method, b"", transport)
    assert outcome.seen == "UNIMPLEMENTED"


@pytest.mark.parametrize("server", ["registry", "travel", "demo-copy"])
async def test_no_path_that_is_no_text_ends_a_server(scene: Scene, server: str) -> None:
    journal = Journal(scene.stack, server)
    files = scene.attacker.transport_of(RAIL_PEER).files
    assert files is not None
    tls = ssl.create_default_context(cafile=files.trust)
    # The name is looked at where a client is ours: here the address is an IP's.
    tls.check_hostname = False
    tls.set_alpn_protocols(["h2"])
    tls.load_cert_chain(files.certificate, files.key)
    headers = await raw_http2.call(scene.stack.addresses[server], b"/\xff\xfe", tls=tls)
    assert b"grpc-status\x0212" in headers
    await eventually(lambda: "/unserved" in journal.text())
    [line] = [one for one in journal.lines() if one.get("method") == "/unserved"]
    assert line["peer"] == f"partner/{RAIL_PEER.name}"


@pytest.mark.parametrize(
    "header",
    [
        ("traceparent", '00-"},{"event":"forged'),
        ("courtlist-person", '"},{"event":"forged'),
        ("courtlist-court-bin", b"\xff\x00\x1b[2J"),
        ("authorization", 'Bearer "},{"event":"forged'),
    ],
    ids=lambda one: one[0],
)
async def test_no_header_breaks_out_of_its_line(
    scene: Scene, header: tuple[str, str | bytes]
) -> None:
    journal = Journal(scene.stack, "registry")
    transport = scene.attacker.transport_of(peer_of(COURT_A))
    outcome = await scene.attacker.call(scene.rpc("ListTasks"), b"", transport, (header,))
    assert outcome.reason in {"ACTOR_REQUIRED", "ASSERTION_INVALID"}
    line = (await journal.calls_of({outcome.call_id}))[outcome.call_id]
    assert line["reason"] == outcome.reason
    assert "forged" not in journal.text()


async def test_the_attacked_system_is_unharmed_and_its_ledger_verifies(scene: Scene) -> None:
    assert await scene.is_unharmed()
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "registry",
        "verify",
        env=scene.stack.services["registry"].process.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await program.communicate()
    assert program.returncode == 0
    assert json.loads(printed)["verified"]


def check(words: str, outcome: Outcome) -> None:
    """Done, or refused for a reason that repeats nothing."""
    assert outcome.code not in _NOT_OURS, (words, outcome.seen)
    assert outcome.code is grpc.StatusCode.OK or outcome.reason, (words, outcome.seen)
    assert MARK not in outcome.message, words


def _let_in(rpc: Rpc) -> Identity:
    """Whom the door opens for; who has to say her own name is refused there, and sends it all the same."""
    row = rpc.row
    assert row is not None, rpc.method
    if row.names:
        return next(one for one in IDENTITIES if one.peer.kind in row.peers)
    return next(one for one in IDENTITIES if one.expected(row, rpc.field) is None)


async def _sent(scene: Scene, rpc: Rpc, content: bytes) -> Outcome:
    who = _let_in(rpc)
    headers: Headers = ()
    if who.person is not None:
        headers = bearer(assertion_of(who.person, audience=rpc.server))
    return await scene.attacker.call(rpc, content, scene.attacker.transport_of(who.peer), headers)
