"""Acts on documents: whose a passport is, rightly or by a slip, and that one is nobody's any more."""

from random import Random

from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import binding, request_id, second_of
from stack.papers import Court
from tests.robustness.lives.book import Person
from tests.robustness.lives.difference import expect
from tests.robustness.lives.people import passport_of
from tests.robustness.lives.town import COURTS, Town, refused


async def bind_passport(town: Town, rng: Random) -> str:
    """PrepareBinding by a clerk and BindDocument by a judge; now and then it is another person's passport."""
    known = [one for one in town.book.people if one.bound]
    if not known:
        return "nobody is known"
    person = rng.choice(known)
    court = _court_with_a_case_on(town, person, rng)
    holder = person if rng.random() < 0.7 else rng.choice(town.book.people)
    document = passport_of(holder)
    prepared = binding(person.subject_id, document)
    preparation = await town.send(prepared, court, "clerk")
    assert not refused(preparation), preparation
    reply = await town.send(second_of(prepared, preparation.preparation_id), court, "judge")
    lawful = town.book.owner(document.number) is None
    act = f"BindDocument {document.number} to {person.number}"
    if expect(reply, lawful=lawful, act=act):
        person.bound[document.number] = reply.document.document_id
    return act


async def unbind_document(town: Town, rng: Random) -> str:
    """UnbindDocument by a judge: the number identifies nobody from then on."""
    bound = [
        (person, number, document_id)
        for person in town.book.people
        for number, document_id in person.bound.items()
        if document_id
    ]
    if not bound:
        return "nothing to unbind"
    person, number, document_id = rng.choice(bound)
    reply = await town.send(
        rpc.UnbindDocumentRequest(
            request_id=request_id(), document_id=document_id, reasons="证件系他人所有"
        ),
        _court_with_a_case_on(town, person, rng),
        "judge",
    )
    act = f"UnbindDocument {number} of {person.number}"
    if expect(reply, lawful=True, act=act):
        del person.bound[number]
    return act


def _court_with_a_case_on(town: Town, person: Person, rng: Random) -> Court:
    book = town.book
    codes = {one.court for one in book.orders.values() if one.person == person.number}
    codes |= {one.court for one in book.listings.values() if one.person == person.number}
    return rng.choice([one for one in COURTS if one.code in codes])
