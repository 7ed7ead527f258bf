"""No column is kept of which it was not decided when it goes."""

import re

from chassis.stores.queries import NamedQueries
from tests.integration.registry.erasing.archive import Archive
from tests.integration.registry.erasing.inventory import GOES, STAYS

_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'registry'"
)


async def test_of_every_column_it_is_decided_when_it_goes(archive: Archive) -> None:
    found = {tuple(row) for row in await archive.connection.fetch(_COLUMNS)}
    decided = {
        (table, column)
        for table, reasons in STAYS.items()
        for columns in reasons.values()
        for column in columns.split()
    }
    assert decided & {(table, column) for table, column in found if table in GOES} == set()
    assert {one for one in found if one[0] not in GOES} == decided


def test_every_table_that_holds_anything_of_a_person_is_erased() -> None:
    text = "\n".join(NamedQueries.load("registry", "sql/erasing.sql").values())
    assert set(re.findall(r"DELETE FROM (\w+)", text)) == GOES
