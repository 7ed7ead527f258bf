"""What is enrolled, read page by page."""

from cli.invocation import Invocation
from courtlist.registry.v1 import admin_service_pb2 as admin

_PAGE_SIZE = 200


def enrolled_partners(invocation: Invocation) -> list[admin.Partner]:
    """Every partner that is not retired, in order of ids. Raises RemoteFailure, UsageError."""
    request = admin.ListPartnersRequest(page_size=_PAGE_SIZE)
    known: list[admin.Partner] = []
    while True:
        reply = invocation.ask(invocation.operators.ListPartners, request)
        known += reply.partners
        if not reply.next_page_token:
            return known
        request.page_token = reply.next_page_token
