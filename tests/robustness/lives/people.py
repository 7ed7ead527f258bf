"""Who lives in the town, and the documents that they show."""

from datetime import date, timedelta
from random import Random

from courtlist.identity.v1 import document_pb2
from courtlist.registry.v1 import subject_pb2
from tests.builders import passport, resident_id
from tests.robustness.lives.book import Person
from tests.robustness.lives.days import DAY, months_after

STRANGER = -1
"""Number of people who owe nothing and are never entered: one of them has a debtor's name."""

_NAMES = ("测试甲", "测试乙", "测试丙", "测试丁", "测试戊")


def settlers(rng: Random, today: date) -> list[Person]:
    """Four adults, one of whom comes of age in some weeks, and two whom no court ever meets."""
    young = months_after(today, -18 * 12) + DAY * rng.randint(1, 90)
    born = [today - timedelta(days=rng.randint(19 * 366, 70 * 365)) for _ in range(5)]
    debtors = [
        _person(number, name, birth)
        for number, (name, birth) in enumerate(zip(_NAMES[:4], [*born[:3], young], strict=True))
    ]
    strangers = [_person(8, _NAMES[0], born[3]), _person(9, _NAMES[4], born[4])]
    for one in strangers:
        one.number = STRANGER
    return [*debtors, *strangers]


def _person(number: int, name: str, born: date) -> Person:
    region = f"{number:06d}"
    return Person(
        number, name, born, resident_id(born, region=region), passport(number, prefix="E0")
    )


def resident_document(person: Person) -> document_pb2.Document:
    """The person's resident card."""
    return document_pb2.Document(
        kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID, number=person.resident_id
    )


def passport_of(person: Person) -> document_pb2.Document:
    """The person's passport."""
    return document_pb2.Document(
        kind=document_pb2.DOCUMENT_KIND_PASSPORT, issuing_state="CHN", number=person.passport
    )


def subject_of(person: Person) -> subject_pb2.Subject:
    """The person as a court enters her."""
    return subject_pb2.Subject(
        kind=subject_pb2.SUBJECT_KIND_PERSON,
        name=person.name,
        documents=[resident_document(person)],
    )
