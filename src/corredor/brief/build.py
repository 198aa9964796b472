"""One situation in, one brief out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from corredor.brief.changes import change_lines
from corredor.brief.desk import Desk
from corredor.brief.flows import flow_lines, forecast_line, history, newest, outcome_of
from corredor.brief.ground import crossing_lines, group_lines, reception_line
from corredor.brief.language import Language
from corredor.brief.ledger import commitment_lines, statement_lines
from corredor.brief.model import Brief, Later, Outcome
from corredor.brief.watch import headlines, watch_lines
from corredor.corridor.selection import PARTS, Selection, matching, or_default
from corredor.errors import InputError
from corredor.signals import Forecast, assess
from corredor.situation import Situation

HORIZON = 3
# How far hindsight looks: long enough for the figures of every month that was forecast.
LATER = timedelta(days=90)
JUDGED = ("headline", "parts", "upstream")


def make_brief(
    situation: Situation,
    *,
    selection: Selection | None = None,
    since: Situation | None = None,
    hindsight: Situation | None = None,
    lang: str = "en",
) -> Brief:
    """The brief of a situation.

    Args:
        situation: what is known, as of the moment of the brief.
        selection: which series it shows; None: the corridor's monthly flows and its stocks.
        since: the same corridor at an earlier moment: what is new or changed is told against it.
        hindsight: the same corridor at a later moment: the outcome of each forecast is added as known then,
            and what else became known in the 90 days after the brief.
        lang: ``en`` or ``es``.

    Raises:
        InputError: an unknown language, ``since`` not before the brief or ``hindsight`` before it.
    """
    if since is not None and since.as_of >= situation.as_of:
        raise InputError("--since is not before --as-of", accepted="an earlier date")
    if hindsight is not None and hindsight.as_of < situation.as_of:
        raise InputError("hindsight before the moment of the brief", accepted="a later moment")
    language = Language(lang)
    chosen = or_default(selection, situation.series(None))
    desk = Desk(language, situation, chosen.labels)
    keys = {part: matching(getattr(chosen, part), desk.series) for part in PARTS}
    shown = [key for part in PARTS for key in keys[part]]
    known = newest(situation, shown)
    rows = {part: {key: known[key] for key in keys[part] if key in known} for part in PARTS}
    judged = [key for part in JUDGED for key in rows[part]]
    found, ahead = assess(situation, judged, list(rows["headline"]), HORIZON)
    verdicts = {verdict.series: verdict for verdict in found}
    flows = {part: flow_lines(desk, rows[part], verdicts) for part in (*JUDGED, "weekly")}
    crossings, groups = crossing_lines(desk), group_lines(desk)
    reception = tuple(reception_line(desk, row) for row in rows["reception"].values())
    commitments = commitment_lines(desk)
    return Brief(
        corridor=situation.corridor.name,
        title=language("Corridor brief, {day}", day=language.long_day(desk.today)),
        lang="es" if language.code == "es" else "en",
        zone=situation.corridor.zone,
        as_of=situation.as_of,
        since=since.as_of if since else None,
        headlines=headlines(desk, flows["headline"], crossings, groups, reception),
        changes=change_lines(desk, since, shown) if since else None,
        flows=flows["headline"],
        parts=flows["parts"],
        upstream=flows["upstream"],
        weekly=flows["weekly"],
        history=history(situation, list(rows["headline"])),
        forecasts=tuple(
            forecast_line(desk, one, rows["headline"][one.series], _outcome(hindsight, one)) for one in ahead
        ),
        crossings=crossings,
        groups=groups,
        reception=reception,
        statements=statement_lines(desk),
        commitments=commitments,
        watch=watch_lines(
            desk, flows=flows["headline"], crossings=crossings, groups=groups, commitments=commitments
        ),
        later=_later(desk, hindsight, shown),
    )


def _outcome(hindsight: Situation | None, forecast: Forecast) -> Outcome | None:
    return outcome_of(hindsight, forecast) if hindsight else None


def _later(desk: Desk, hindsight: Situation | None, shown: Sequence[str]) -> Later | None:
    if hindsight is None:
        return None
    until = hindsight.at(min(hindsight.as_of, desk.situation.as_of + LATER))
    later = Desk(desk.language, until, desk.labels)
    return Later(until=until.as_of, changes=change_lines(later, desk.situation, shown))
