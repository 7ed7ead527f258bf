"""What is enrolled, read page by page."""

from functools import partial

from cli.invocation import Invocation
from cli.pages import pages
from courtlist.registry.v1 import admin_service_pb2 as admin

_PAGE_SIZE = 200


def enrolled_partners(invocation: Invocation) -> list[admin.Partner]:
    """Every partner that is not retired, in order of ids. Raises RemoteFailure, UsageError."""
    request = admin.ListPartnersRequest(page_size=_PAGE_SIZE)
    ask = partial(invocation.ask, invocation.operators.ListPartners)
    return [one for page in pages(ask, request) for one in page.partners]
