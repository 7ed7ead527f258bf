"""Applicants for credit."""

from courtlist.identity.v1 import document_pb2
from courtlist.loan.v1 import loan_service_pb2 as loan
from tests.builders import resident_id


def applicant(
    serial: int = 0,
    application: loan.Application.ValueType = loan.APPLICATION_NEW_LOAN,
) -> loan.AssessApplicantRequest:
    """An application of the person with that serial."""
    return loan.AssessApplicantRequest(
        document=document_pb2.Document(
            kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID, number=resident_id(serial=serial)
        ),
        application=application,
        purpose=loan.PURPOSE_ASSESSMENT,
    )
