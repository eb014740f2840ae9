"""Who is who: which ids are one person's, as identify, alias and calls with two ids say.

A person is counted by the first device they were seen signing in on, so that they are one before and after it. A
device stands for the first who signs in on it: of the next only what they do signed in is theirs, so that a shared
device, or one anonymousId for a whole server, does not make one person of many.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xxhash import xxh3_64_digest

from trackingplans.domain.message import Message

TELLING = frozenset(("identify", "alias"))  # the calls that are made to say it

Id = tuple[int, int]  # a workspace and the digest of an id
Ids = tuple[str, str]  # userId and anonymousId, '' for none


class Claim(NamedTuple):
    """A message of a source says that a user's id and another one are of one person."""

    source_id: int
    user: Id
    other: Id
    is_alias: bool


class Learned(NamedTuple):
    """Whose an id is, by a message of this source."""

    person: int
    source_id: int


def digest(text: str) -> int:
    """64 bits of an id, as PostgreSQL's bigint."""
    return int.from_bytes(xxh3_64_digest(text.encode("utf-8", "surrogatepass")), "big", signed=True)


def claims_of(workspace_id: int, source_id: int, message: Message) -> list[Claim]:
    """What a message says about who is who."""
    device, previous = message.anonymous_id, message.item.previous_id
    if not message.user_id or not (device or previous):
        return []
    user, claims = (workspace_id, digest(message.user_id)), []
    if previous and message.type == "alias":
        claims.append(Claim(source_id, user, (workspace_id, digest(previous)), is_alias=True))
    if device:
        claims.append(Claim(source_id, user, (workspace_id, digest(device)), is_alias=False))
    return claims


def settle(claims: Iterable[Claim], known: dict[Id, int]) -> dict[Id, Learned]:
    """Takes the claims in their order for true and adds them to `known`, the persons of ids; returns what is new.

    A person's number never changes, so whoever was linked to it stays: chains of aliases end in one step. An alias
    between two who are known already moves its user only.
    """
    learned: dict[Id, Learned] = {}

    def learn(who: Id, person: int, source_id: int) -> None:
        known[who] = person
        learned[who] = Learned(person, source_id)

    for source_id, user, other, is_alias in claims:
        mine, theirs = known.get(user), known.get(other)
        if theirs is None:
            person = other[1] if mine is None else mine
            learn(other, person, source_id)
            if mine is None:
                learn(user, person, source_id)
        elif is_alias and mine != theirs:
            learn(user, theirs, source_id)
        elif mine is None:
            learn(user, user[1], source_id)  # on a device that is somebody else's
    return learned


def person_of(workspace_id: int, ids: Ids, known: Mapping[Id, int]) -> int:
    """Who sent a message; all that say nothing about it are one."""
    own = digest(ids[0] or ids[1])
    return known.get((workspace_id, own), own)
