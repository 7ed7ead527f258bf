"""Who acts in a call: chosen from the command line and the profile, said in its metadata.

Under TLS the channel turns what is said into proof: authority/proving_channel.py.
"""

from cli.errors import UsageError
from cli.profile import Actor, Profile

Metadata = tuple[tuple[str, str | bytes], ...]


def choose(profile: Profile, *, person: str, role: str, court: str) -> Actor:
    """The actor: the profile's, or `person` with a role and court given here or known there.

    Raises:
        UsageError: `person` is known there in several roles or courts, or in none, and nothing here
            tells which.
    """
    if not person:
        default = profile.acting
        return Actor(default.person, role or default.role, court or default.court)
    known = [
        one
        for one in (profile.acting, *profile.people)
        if one.person == person and role in {"", one.role} and court in {"", one.court}
    ]
    if len(set(known)) > 1:
        offices = ", ".join(f"{one.role} at {one.court or 'no court'}" for one in known)
        raise UsageError(
            f"{person} is known in several offices: {offices}", next_step="add --role and --court"
        )
    if known:
        return known[0]
    if role == "operator":
        return Actor(person, role)
    default = profile.acting
    if not role and default.person and person != default.person:
        # The profile's own office is another person's.
        raise UsageError(
            "the profile does not know this person in this office",
            next_step="add --role and --court, or [[people]] to the profile",
        )
    return Actor(person, role or default.role, court or default.court)


def as_metadata(actor: Actor) -> Metadata:
    """What a call says of who acts (registry_service.proto). An operator has no court.

    Raises UsageError where it is not known who acts.
    """
    if not actor.person.isascii() or not actor.person.isprintable():
        raise UsageError(
            "a person's id is of A-Z, a-z, 0-9, dot, hyphen and underscore, and no name",
            next_step="`courtlist officers list` shows the ids of a court's people",
        )
    said: Metadata = (("courtlist-person", actor.person), ("courtlist-role", actor.role))
    if actor.role == "operator" and actor.person:
        return said
    if not (actor.person and actor.role and actor.court):
        raise UsageError(
            "it is not known who acts",
            next_step="say --as PERSON --role ROLE --court COURT, or write [acting] into the profile",
        )
    return (*said, ("courtlist-court-bin", actor.court.encode()))
