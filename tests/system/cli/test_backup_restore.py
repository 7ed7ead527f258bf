"""A backup, a payment, the loss of the registry's store, and its restore by the runbook."""

import pytest

from stack.papers import Person
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.system.cli.cast import COURT_FILE
from tests.system.cli.cast import RESTORING as _COURT
from tests.system.cli.clerk import Clerk, travels, until
from tests.system.cli.terminal import Terminal
from tests.system.courthouse import legal_today

pytestmark = pytest.mark.asyncio(loop_scope="session")

_PARTNER = """
[[partners]]
id = "demo-copy"
name = "示例伙伴"
fields = ["travel"]
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_restore_by_the_runbook_loses_a_payment_and_un_pays_nobody(
    own_system: Stack, terminal: Terminal
) -> None:
    (terminal.folder / "court.toml").write_text(COURT_FILE.format(court=_COURT) + _PARTNER)
    await terminal.done("init", "court.toml")
    house, debtor = Clerk(terminal, _COURT, legal_today()), Person(40).resident_id.number
    entered = await house.enter(Person(40), serial=40)
    await until(terminal, debtor, "RESTRICTED by 1")
    made = await terminal.done("backup", "night.tar")
    assert made["head"]["position"] == entered["position"]["position"]

    # Paid after the backup: this is what the restore will not know.
    owed = entered["listing"]["obligationId"]
    await house.state(owed, 10_000)
    lifted = await house.repay(owed, 10_000, "R-1")
    await until(terminal, debtor, "CLEAR")
    await eventually(lambda: _has_read(terminal, lifted["position"]["position"]))

    running = await terminal.run("restore", "night.tar", "--yes")
    assert (running.code, running.data["error"]["reason"]) == (1, "PROCESS_RUNNING")
    registry = own_system.services["registry"]
    importer = own_system.services.get("importer")
    for one in filter(None, (importer, registry)):
        await one.stop()
    unasked = await terminal.run("restore", "night.tar")
    assert (unasked.code, unasked.data["error"]["reason"]) == (1, "DATA_THERE")
    await terminal.done("restore", "night.tar", "--yes")
    # Tables without a grant: the service may not even look at them.
    await own_system.migrate("registry")
    for one in filter(None, (registry, importer)):
        await one.start()
        await one.wait_ready()

    finished = await terminal.done("restore", "night.tar", "--finish")
    assert finished["verifiedPosition"] >= made["head"]["position"]
    assert finished["incarnation"] != made["head"]["incarnation"]
    # Nobody is refused on what was paid: the followers saw it end.
    assert await travels(terminal, debtor, "--flight", "--on", "+5") != "RESTRICTED by 1"
    await eventually(lambda: _is_unsettled(terminal, entered["order"]["orderId"]), limit_s=60)
    assert await travels(terminal, debtor, "--flight", "--on", "+5") != "RESTRICTED by 1"
    for basis in (entered["order"]["orderId"], entered["listing"]["listingId"]):
        await house.judge.done("ledger", "settle", basis, "--uphold", "--reasons", "已履行完毕")
    assert (await terminal.done("ledger", "unsettled"))["endings"] == []
    await until(terminal, debtor, "CLEAR")


async def _has_read(terminal: Terminal, position: int) -> bool:
    """Whether every follower has seen the change at `position`."""
    followers = (await terminal.done("ledger", "head"))["followers"]
    return all(one["position"]["position"] >= position for one in followers)


async def _is_unsettled(terminal: Terminal, basis_id: str) -> bool:
    endings = (await terminal.done("ledger", "unsettled"))["endings"]
    return basis_id in {one["basisId"] for one in endings}
