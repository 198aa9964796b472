"""The status of crossings by replay of events: at an instant, as known at a moment.

The rule: of all events on a place (or on what it is part of), mode and direction that were known by the
moment and in force by the instant, the newest by (valid from, known at, recorded at) says the status. An
event whose instant was not reported is in force from when it became known at the latest; at an earlier
instant, where no other event says, the status is unknown. Without any event a place is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from corredor.corridor.network import Corridor, expand_modes
from corredor.corridor.schema import DIRECTIONS, MODE_ALIASES, MODES
from corredor.moment import require_aware
from corredor.record.entries import Event, Precision

RECENT = timedelta(days=14)


class State(StrEnum):
    """What a status can be; `Change` gives all but ``unknown``."""

    OPEN = "open"
    LIMITED = "limited"
    CLOSED = "closed"
    UNKNOWN = "unknown"


# From least to most restrictive: several modes asked at once answer with the most restrictive of theirs.
RANK = {State.OPEN: 0, State.UNKNOWN: 1, State.LIMITED: 2, State.CLOSED: 3}


@dataclass(frozen=True)
class Status:
    """The status of a place for a mode and direction.

    Attributes:
        place: id of the place or leg.
        mode: a plain mode, or the mode or alias that was asked.
        direction: northbound, southbound, or ``all`` in a merged one.
        change: open, limited, closed or unknown.
        since: the instant from which it holds; None: no event, or an instant that was not reported.
        since_precision: how exactly ``since`` is known.
        known_at: when the event behind it became known; None: no event.
        source: id of the event's source, "" without event.
        event_id: id of the event, "" without event.
        said: the mode as the event says it, "" without event.
    """

    place: str
    mode: str
    direction: str
    change: State
    since: datetime | None = None
    since_precision: Precision = Precision.UNKNOWN
    known_at: datetime | None = None
    source: str = ""
    note: str = ""
    note_es: str = ""
    event_id: str = ""
    said: str = ""


@dataclass(frozen=True)
class MergedStatus:
    """Statuses of one place that say the same, as one line of a brief.

    Attributes:
        modes: mode words in the fewest terms: ("vehicle",), ("foot", "vehicle"), ("all",).
        direction: northbound, southbound, or ``all`` where both are the same.
        status: one of the statuses, for the rest.
    """

    place: str
    modes: tuple[str, ...]
    direction: str
    status: Status


def directions_of(direction: str) -> tuple[str, ...]:
    """The plain directions behind a direction: ``all`` is both."""
    return DIRECTIONS if direction == "all" else (direction,)


class Replay:
    """The events known at a moment, ready to say any status.

    Args:
        events: in any order; those known later are left out.
        corridor: says what is part of what, and which modes a crossing has.
        as_of: the moment, aware.
        recorded: when each event was recorded, by id, where it is known; it breaks ties.
    """

    def __init__(
        self,
        events: Iterable[Event],
        corridor: Corridor,
        as_of: datetime,
        recorded: Mapping[str, datetime] | None = None,
    ) -> None:
        self._corridor = corridor
        self._recorded = dict(recorded or {})
        as_of = require_aware(as_of)
        self.events = tuple(sorted((e for e in events if e.known_at <= as_of), key=self._order))
        self._by_place: dict[str, list[Event]] = {}
        for event in self.events:
            self._by_place.setdefault(event.place, []).append(event)

    def _order(self, event: Event) -> tuple[datetime, datetime, datetime, str]:
        recorded = self._recorded.get(event.id, event.known_at)
        return (valid_from(event), event.known_at, recorded, event.id)

    def status(self, place: str, mode: str, direction: str, at: datetime) -> Status:
        """The status at an instant; of several modes or directions the most restrictive.

        Args:
            place: id of a place or leg.
            mode: a mode or an alias; ``all`` is every mode that the crossing has.
            direction: northbound, southbound or all.
            at: the instant, aware.
        """
        at = require_aware(at)
        found = [
            self._plain(place, one, way, at)
            for one in self._modes(place, mode)
            for way in directions_of(direction)
        ]
        worst = max(found, key=lambda status: RANK[status.change])
        return replace(worst, mode=mode, direction=direction)

    def _modes(self, place: str, mode: str) -> tuple[str, ...]:
        crossing = self._corridor.crossings.get(place)
        wanted = expand_modes(mode)
        usable = tuple(one for one in wanted if one in crossing.modes) if crossing else wanted
        return usable or wanted

    def _plain(self, place: str, mode: str, direction: str, at: datetime) -> Status:
        about = [
            event
            for whole in self._corridor.wholes_of(place)
            for event in self._by_place.get(whole, ())
            if mode in expand_modes(event.mode) and direction in directions_of(event.direction)
        ]
        in_force = [event for event in about if valid_from(event) <= at]
        if in_force:
            event = max(in_force, key=self._order)
            return _status(place, mode, direction, State(event.change), event)
        undated = [event for event in about if event.at is None]
        if undated:
            return _status(place, mode, direction, State.UNKNOWN, min(undated, key=self._order))
        return Status(place, mode, direction, State.OPEN)

    def statuses(self, at: datetime, recent: timedelta = RECENT) -> list[Status]:
        """Every status at an instant that is not open, or reopened within ``recent`` before it.

        One for each place that has events, each of its modes and each direction; sorted by place in the
        order of the corridor.
        """
        at = require_aware(at)
        order = {place: index for index, place in enumerate(self._corridor.places)}
        places = sorted(self._by_place, key=lambda place: (order.get(place, len(order)), place))
        found: list[Status] = []
        for place in places:
            named = {mode for event in self._by_place[place] for mode in expand_modes(event.mode)}
            for mode in (mode for mode in self._modes(place, "all") if mode in named):
                for direction in DIRECTIONS:
                    status = self._plain(place, mode, direction, at)
                    if status.change is not State.OPEN or _is_recent(status, at, recent):
                        found.append(status)
        return found


def valid_from(event: Event) -> datetime:
    """The instant from which an event is in force at the latest: its own, else when it became known."""
    return event.at if event.at is not None else event.known_at


def status_at(
    events: Iterable[Event],
    corridor: Corridor,
    crossing: tuple[str, str, str],
    *,
    at: datetime,
    as_of: datetime,
) -> Status:
    """The status of a place, mode and direction at an instant, as known at a moment (see `Replay`)."""
    return Replay(events, corridor, as_of).status(*crossing, at)


def statuses(
    events: Iterable[Event],
    corridor: Corridor,
    at: datetime,
    as_of: datetime,
    recent: timedelta = RECENT,
) -> list[Status]:
    """Every status that is not open, or reopened within ``recent`` (see `Replay.statuses`)."""
    return Replay(events, corridor, as_of).statuses(at, recent)


def merge_statuses(found: Sequence[Status], corridor: Corridor) -> list[MergedStatus]:
    """Statuses as few lines: modes and directions that one event set alike are one line."""
    by_event: dict[tuple[str, str, State], list[Status]] = {}
    for status in found:
        by_event.setdefault((status.place, status.event_id, status.change), []).append(status)
    lines: list[MergedStatus] = []
    for (place, _, _), same in by_event.items():
        ways: dict[frozenset[str], list[str]] = {}
        for mode in dict.fromkeys(status.mode for status in same):
            ways.setdefault(frozenset(s.direction for s in same if s.mode == mode), []).append(mode)
        for directions, modes in ways.items():
            direction = "all" if len(directions) == len(DIRECTIONS) else next(iter(directions))
            words = merge_modes(modes, _crossing_modes(corridor, place))
            # "Vehicles" is said where the source said it, also of a bridge that takes cars only.
            if same[0].said == "vehicle" and set(modes) <= set(MODE_ALIASES["vehicle"]):
                words = ("vehicle",)
            lines.append(MergedStatus(place, words, direction, same[0]))
    return lines


def merge_modes(modes: Iterable[str], possible: Sequence[str] = MODES) -> tuple[str, ...]:
    """Plain modes in the fewest words: all that are possible are ``all``, all vehicles ``vehicle``.

    Args:
        modes: plain modes.
        possible: the modes that the crossing has; only where it has more than one can they be ``all``.
    """
    left = set(modes)
    if len(possible) > 1 and left >= set(possible):
        return ("all",)
    vehicles = set(MODE_ALIASES["vehicle"]) & set(possible)
    words = [mode for mode in MODES if mode in left]
    if len(vehicles) > 1 and left >= vehicles:
        words = ["vehicle", *(mode for mode in words if mode not in vehicles)]
    return tuple(words)


def _crossing_modes(corridor: Corridor, place: str) -> tuple[str, ...]:
    crossing = corridor.crossings.get(place)
    return crossing.modes if crossing else MODES


def _is_recent(status: Status, at: datetime, recent: timedelta) -> bool:
    since = status.since or status.known_at
    return since is not None and at - since <= recent


def _status(place: str, mode: str, direction: str, state: State, event: Event) -> Status:
    return Status(
        place=place,
        mode=mode,
        direction=direction,
        change=state,
        since=None if state is State.UNKNOWN else event.at,
        since_precision=Precision.UNKNOWN if state is State.UNKNOWN else event.precision,
        known_at=event.known_at,
        source=event.source,
        note=event.note,
        note_es=event.note_es,
        event_id=event.id,
        said=event.mode,
    )
