"""An importer that dies at any station loses nothing and doubles nothing, and leaves no process behind.

Beside it: what public copies of the list do to anybody, which is nothing.
"""

import json
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import asyncpg
import pytest
import pytest_asyncio

from courtlist.identity.v1 import document_pb2
from courtlist.restriction.v1 import restriction_pb2 as restriction
from registry.importing.steps import ImportStep
from registry.keyring import REGISTRY_FILE, Keyring
from stack.layout import IMPORTER
from stack.office import flight
from stack.papers import Person
from synthetic.plan import Plan
from synthetic.register import rows_between
from synthetic.shapes import Shape, as_public
from tests.eventually import eventually
from tests.integration.registry.importing.bureau import Bureau, jsonl
from tests.patience import PATIENT
from tests.registry_server import RegistryServer
from tests.robustness.cast import cast
from tests.robustness.crash_point import CrashPoint
from tests.robustness.examination import verify
from tests.robustness.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

_ROWS = 620
# Until the manifest is made the importer is at work; from the signature on it enters.
_CHECKS = (ImportStep.JUDGED, ImportStep.KEPT, ImportStep.MANIFESTED)
_ENTERS = (ImportStep.MATCHED, ImportStep.WRITTEN, ImportStep.COMMITTED)


@dataclass(slots=True)
class Scene:
    """A world with an importer that can be armed, and a court that imports."""

    world: World
    point: CrashPoint
    bureau: Bureau

    def arm(self, step: ImportStep) -> None:
        """Let the importer die when it passes the step next."""
        pid = self.world.service("importer").process.pid
        assert pid is not None
        self.point.arm("importer", step.value, pid)

    async def died(self) -> None:
        """Wait until the importer is dead, and start another."""
        process = self.world.service("importer").process
        await eventually(lambda: not process.running)
        assert process.exit_code == -signal.SIGKILL, process.log.tail()
        await self.world.service("importer").start()
        await self.world.service("importer").wait_ready()

    async def has_done(self, import_id: str, rows: int) -> None:
        """Wait until so many rows are done."""

        async def there() -> bool:
            return (await self.bureau.get(import_id)).done_count >= rows

        await eventually(there)

    async def state(self, import_id: str, state: str) -> None:
        await self.bureau.until(import_id, state)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    point = CrashPoint(tmp_path_factory.mktemp("crash"))
    layout = (*cast(), point.twin(IMPORTER))
    async with open_world(layout=layout, settings=PATIENT) as world:
        keyring = Keyring.load(world.stack.folder.path / "keys" / REGISTRY_FILE)
        connection = await asyncpg.connect(
            world.dsn("registry"), server_settings={"search_path": "registry"}
        )
        address = world.stack.addresses["registry"]
        async with world.stack.connections.to("registry") as channel:
            bureau = Bureau(
                server=RegistryServer(address, channel, keyring),
                dsn=world.dsn("registry"),
                redis_url=world.valkey.url,
                connection=connection,
                today=world.today,
                court=world.courts[0],
            )
            await bureau.go_live()
            yield Scene(world, point, bureau)
            await world.wait_followed()
            await bureau.verify()
            replayed = await verify(world, "travel")
            assert replayed["equal"], replayed
        await connection.close()


def _rows(bureau: Bureau) -> list[Mapping[str, str]]:
    """Persons of their own, joint debtors, somebody twice, and a row that lacks something."""
    rows = [bureau.row() for _ in range(_ROWS - 20)]
    rows += [bureau.row(caseCode=one["caseCode"], gistId=one["gistId"]) for one in rows[:10]]
    rows += [
        bureau.row(cardNum=one["cardNum"], iname=one["iname"], sexy=one["sexy"])
        for one in rows[10:19]
    ]
    return [*rows, bureau.row(owedAmount=None)]


async def _examine(scene: Scene, import_id: str, before: int) -> None:
    """Each row has its outcome, its listing and its position, once."""
    bureau = scene.bureau
    outcomes = await bureau.outcomes(import_id)
    assert outcomes == ["ENTERED"] * (_ROWS - 1) + ["INCOMPLETE"]
    listings = {row.listing_id for row in await bureau.rows(import_id) if row.listing_id}
    assert len(listings) == _ROWS - 1
    assert await bureau.connection.fetchval("SELECT count(*) FROM listing") == before + _ROWS - 1
    positions = await bureau.connection.fetch("SELECT position FROM change ORDER BY position")
    assert [one["position"] for one in positions] == list(range(1, len(positions) + 1))
    changes = await bureau.connection.fetchval("SELECT count(*) FROM change WHERE act = 25")
    assert changes == before + _ROWS - 1


@pytest.mark.parametrize("step", [*_CHECKS, *_ENTERS], ids=lambda one: one.value)
async def test_an_importer_killed_at_any_station_enters_every_row_once(
    scene: Scene, step: ImportStep
) -> None:
    bureau = scene.bureau
    before = await bureau.connection.fetchval("SELECT count(*) FROM listing")
    import_id = await bureau.begin(jsonl(_rows(bureau)))
    if step in _CHECKS:
        scene.arm(step)
        await bureau.prepare(import_id)
        await scene.died()
        await scene.state(import_id, "CHECKED")
        await bureau.approve(import_id)
        await bureau.sign(import_id)
    else:
        await bureau.prepare(import_id)
        await scene.state(import_id, "CHECKED")
        await bureau.approve(import_id)
        scene.arm(step)
        await bureau.sign(import_id)
        await scene.died()
    await scene.state(import_id, "DONE")
    await _examine(scene, import_id, before)


async def test_an_importer_killed_again_and_again_comes_to_its_end(scene: Scene) -> None:
    bureau = scene.bureau
    before = await bureau.connection.fetchval("SELECT count(*) FROM listing")
    import_id = await bureau.begin(jsonl(_rows(bureau)))
    await bureau.prepare(import_id)
    await scene.state(import_id, "CHECKED")
    await bureau.approve(import_id)
    await bureau.sign(import_id)
    for rows in (0, 200, 400, 600):
        # Wherever it is by then.
        await scene.has_done(import_id, rows)
        importer = scene.world.service("importer")
        await importer.process.kill()
        await importer.start()
        await importer.wait_ready()
    await scene.state(import_id, "DONE")
    await _examine(scene, import_id, before)


async def test_an_undoing_broken_off_goes_on_and_frees_everybody(scene: Scene) -> None:
    bureau = scene.bureau
    row = bureau.row()
    person = Person(bureau.serial)
    rows = [row, *(bureau.row() for _ in range(_ROWS - 1))]
    import_id = await bureau.entered(rows)
    await scene.world.wait_followed()
    assert (await scene.world.check(person)).answer == restriction.ANSWER_RESTRICTED
    scene.arm(ImportStep.UNDONE)
    await bureau.undo(import_id)
    await scene.died()
    await scene.state(import_id, "UNDONE")
    left = await bureau.connection.fetchval(
        "SELECT count(*) FROM import_row JOIN listing USING (listing_id)"
        " WHERE import_id = $1 AND ended_at IS NULL",
        import_id,
    )
    assert left == 0
    ended = await bureau.connection.fetchval("SELECT count(*) FROM change WHERE act = 27")
    assert ended == _ROWS
    await scene.world.wait_followed()
    assert (await scene.world.check(person)).answer == restriction.ANSWER_CLEAR


@pytest.mark.parametrize("shape", [Shape.G1, Shape.G2, Shape.G4], ids=lambda one: one.value)
async def test_public_copies_take_no_effect_and_the_gate_answers_clear(
    scene: Scene, shape: Shape
) -> None:
    """Masked or not, a public row lacks what an entry needs; whoever stands in it is clear."""
    bureau, court = scene.bureau, scene.bureau.court
    plan = Plan(
        rows=60,
        seed=list(Shape).index(shape),
        courts=(court.code,),
        as_of=bureau.today,
        go_live_on=bureau.today,
    )
    own = list(rows_between(0, plan.rows, plan))
    records = [
        json.dumps(as_public(row, index, plan, shape), ensure_ascii=False).encode()
        for index, row in enumerate(own)
    ]
    before = await bureau.head()
    import_id = await bureau.begin(records)
    await bureau.prepare(import_id)
    await scene.state(import_id, "CHECKED")
    await bureau.approve(import_id)
    await bureau.sign(import_id)
    await scene.state(import_id, "DONE")
    assert set(await bureau.outcomes(import_id)) <= {"INCOMPLETE", "UNMATCHED"}
    # The signature alone.
    assert await bureau.head() == before + 1
    await scene.world.wait_followed()
    for row in own:
        if row.get("documentKind", "RESIDENT_ID") == "RESIDENT_ID" and row["partyTypeName"] == "0":
            document = document_pb2.Document(
                kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID, number=row["cardNum"]
            )
            decision = await scene.world.office.check(document, flight())
            assert decision.answer == restriction.ANSWER_CLEAR
