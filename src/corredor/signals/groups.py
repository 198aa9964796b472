"""Which series learn from each other, declared: the same shrink, and one pool of past errors.

A group is a family of counts that move alike. What is judged never changes with what else is asked for:
the series named in ``lends`` are brought in whenever one of the group is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Group:
    """Sibling series.

    Attributes:
        name: of the group.
        members: key patterns (as in a shell) of the series that belong to it.
        lends: key patterns of the series whose past is always learnt from.
    """

    name: str
    members: tuple[str, ...]
    lends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lent:
    """History of a like quantity, used to learn season and spread from before a series began.

    It is never shown as the series' own. Levels are matched over the months that both have; without
    such months it is not used.

    Attributes:
        key: pattern of the series that borrows; ``{}`` stands for one part of the key.
        source: key of the series that lends, with the same ``{}``.
    """

    key: str
    source: str


SOUTHWEST = ("cbp.encounters.southwest.*.month", "cbp.encounters.sector.*.month")
UPSTREAM = (
    "panama.darien.total.month",
    "honduras.irregular.total.month",
    "mexico.irregular.total.month",
    "mexico.returns.total.month",
    "guatemala.returns.total.month",
)

# The first group that matches a key counts; nationalities come before the totals they would match.
GROUPS = (
    Group("southwest nationalities", ("cbp.encounters.southwest.*.nationality.*.month",)),
    Group("southwest", SOUTHWEST, lends=SOUTHWEST),
    Group("old southwest", ("usbp.encounters.*.month",), lends=("usbp.encounters.*.month",)),
    Group("upstream", UPSTREAM, lends=UPSTREAM),
)

LENT = (
    # The Border Patrol's own older release of the same nine sectors, to September 2020.
    Lent("cbp.encounters.sector.{}.month", "usbp.encounters.sector.{}.month"),
    # The part between ports is four fifths of all encounters and reaches back to 1999.
    Lent("cbp.encounters.southwest.total.month", "cbp.encounters.southwest.usbp.month"),
)


def group_of(key: str) -> Group:
    """The declared group of a series; else all series whose key starts with the same two words.

    ``cbp.encounters`` is too wide for that: there the third word counts too.
    """
    for group in GROUPS:
        if any(fnmatchcase(key, pattern) for pattern in group.members):
            return group
    words = key.split(".")
    stem = ".".join(words[: 3 if words[:2] == ["cbp", "encounters"] else 2])
    return Group(stem, (f"{stem}.*",))


def lender_of(key: str) -> str | None:
    """The key of the series that lends its history to this one, or None."""
    for lent in LENT:
        before, brace, after = lent.key.partition("{}")
        if not brace:
            if key == lent.key:
                return lent.source
        elif key.startswith(before) and key.endswith(after) and len(key) > len(before) + len(after):
            return lent.source.replace("{}", key[len(before) : len(key) - len(after)])
    return None


def lending(group: Group, catalogue: Sequence[str]) -> list[str]:
    """The keys of the catalogue that the group always learns from."""
    nationality = "*.nationality.*"
    return [
        key
        for key in catalogue
        if any(fnmatchcase(key, pattern) for pattern in group.lends) and not fnmatchcase(key, nationality)
    ]
