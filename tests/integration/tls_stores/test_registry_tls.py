"""The registry over TLS to both stores, with its owner and its role apart: an act from end to end."""

import pytest
from redis.asyncio import Redis

from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry.wiring import load_schema
from stack.databases import ensure_database
from stack.office import Registry
from stack.papers import Court, Person
from tests.eventually import eventually
from tests.integration.tls_stores.conftest import Papers
from tests.integration.tls_stores.servers import PASSWORD
from tests.integration.tls_stores.test_postgres_tls import dsn_of
from tests.integration.tls_stores.test_redis_tls import url_of
from tests.registry_server import registry_server
from tests.system.courthouse import Courthouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

_COURT = Court("鲁0199", "示例市第七人民法院", "0531-0000 0007")


async def kept(redis_url: str) -> set[str]:
    """The listings that the cache holds, asked for over TLS as well."""
    async with Redis.from_url(redis_url, protocol=2, decode_responses=True) as client:
        keys = [key async for key in client.scan_iter("registry:*")]
    return {key.rpartition(":")[-1] for key in keys}


async def test_a_debtor_is_entered_read_and_freed_over_tls_to_both_stores(
    postgres_address: str, redis_address: str, papers: Papers, patient_cache: None
) -> None:
    proof = f"?sslmode=verify-full&sslrootcert={papers.ca}"
    superuser = dsn_of(postgres_address, papers.ca)
    made = await ensure_database(
        superuser,
        "registry",
        beside=("registry_import", "registry_erase"),
        password=lambda role: f"{role}-word",
    )
    assert made.owner.endswith(proof)
    await load_schema().bring_forward(owner_dsn=made.owner, role="registry")
    redis_url = url_of(redis_address, papers.ca)
    async with registry_server(dsn=made.roles["registry"], redis_url=redis_url) as server:
        registry = Registry.over(server.channel)
        court = await Courthouse(registry=registry, court=_COURT).open()
        entered = await court.enter(Person(7_300_001).subject)
        wanted = rpc.GetListingRequest(listing_id=entered.listing.listing_id)

        async def is_kept() -> bool:
            # The cache may miss: what comes too late for it is kept another time.
            read = await registry.courts.GetListing(wanted, metadata=court.clerk)
            assert read.listing.listing_id == wanted.listing_id
            return wanted.listing_id in await kept(redis_url)

        await eventually(is_kept)
        paid = await court.pay_off(entered.listing.obligation_id)
        assert paid.position.position > entered.position.position
    assert PASSWORD not in made.roles["registry"]
