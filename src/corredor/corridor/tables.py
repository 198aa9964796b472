"""The tables of a corridor folder: those that go into the record, and the list of all."""

from __future__ import annotations

from corredor.corridor.schema import (
    ASSUMED,
    DIRECTIONS,
    EVIDENCE_STATES,
    FLAGS,
    ID,
    KNOWN_AT,
    MODE_ALIASES,
    MODES,
    SAID,
    SOURCE,
    Column,
    Table,
    a_day,
    a_moment,
    a_place,
    a_text,
    a_zone,
    an_amount,
    an_id,
    words_of,
)
from corredor.corridor.tables_network import CROSSINGS, LEGS, PATHWAYS, PLACES
from corredor.record.entries import Change, Frequency, Precision, SeriesKind, SourceKind

SOURCES = Table(
    "sources",
    "A publication that the other tables refer to.",
    (
        an_id("Id of the source, such as cbp.release.2023-12-22."),
        a_text("title", "Its title.", required=True),
        a_text("publisher", "Who published it.", required=True),
        Column(
            "kind",
            "What kind of publisher stands behind it.",
            required=True,
            enum=tuple(map(str, SourceKind)),
        ),
        a_text("url", "Where it can be read."),
        a_day("published_at", "Day of publication; blank where unknown."),
        a_text("licence", "Its licence or terms."),
        a_text("note", "What a reader should know."),
    ),
    key="id",
    required=True,
)
SERIES = Table(
    "series",
    "A counted quantity.",
    (
        Column(
            "key", "Key of the series.", required=True, unique=True, pattern=ID, accepts="lower-case words"
        ),
        a_text("title", "Title in English.", required=True),
        a_text("title_es", "Title in Spanish."),
        a_text("measure", "What is counted.", required=True),
        a_text("unit", "Unit of the count.", required=True),
        a_place("place", "Place or region it is about.", required=True),
        Column("frequency", "Rhythm of publication.", required=True, enum=tuple(map(str, Frequency))),
        Column("kind", "Flow, stock or cumulative.", required=True, enum=tuple(map(str, SeriesKind))),
        a_text("publisher", "Who publishes it.", required=True),
        a_zone("The publisher's IANA time zone.", required=True),
        Column(
            "breakdown",
            "key=value pairs joined by ; such as nationality=venezuela.",
            pattern="[^=;]+=[^=;]+(;[^=;]+=[^=;]+)*",
            accepts="key=value pairs joined by ;",
        ),
        a_text("note", "What a reader should know."),
    ),
    key="key",
)
FIGURES = Table(
    "figures",
    "One value of a series for a period, in one release. Files figures/*.csv or figures/*.csv.gz.",
    (
        Column("series", "Key of the series.", required=True, refers="series.key"),
        a_day("start", "First day of the period.", required=True),
        a_day("end", "Day after the last of the period.", required=True),
        Column("value", "The value; blank where only a range was given.", type="number"),
        Column("low", "Low end of a range.", type="number"),
        Column("high", "High end of a range.", type="number"),
        a_moment(
            "known_at",
            "When it became public: a date (the end of that day in the series' zone) or an instant.",
        ),
        an_amount("rounded_to", "What the publisher rounded to, such as 10; blank: not rounded."),
        Column(
            "flags",
            "What must be said beside it, separated by spaces.",
            pattern=words_of(tuple(FLAGS)),
            accepts="flags separated by spaces: " + " ".join(FLAGS),
        ),
        SOURCE,
    ),
)
EVENTS = Table(
    "events",
    "A change of status at a place or leg.",
    (
        an_id("Id of the event."),
        a_text("place", "Id of the place or leg.", required=True),
        Column("mode", "Mode it concerns.", required=True, enum=(*MODES, *MODE_ALIASES)),
        Column("direction", "Direction it concerns.", required=True, enum=(*DIRECTIONS, "all")),
        Column("change", "What it changes the status to.", required=True, enum=tuple(map(str, Change))),
        a_moment(
            "at",
            "Instant with offset, or a date (the start of that day in the place's zone), or blank.",
            required=False,
        ),
        Column(
            "precision", "How exactly the instant is known.", required=True, enum=tuple(map(str, Precision))
        ),
        KNOWN_AT,
        ASSUMED,
        SOURCE,
        a_text("note", "What a reader should know, in English."),
        a_text("note_es", "The same in Spanish."),
    ),
    key="id",
)
STATEMENTS = Table(
    "statements",
    "A checkable claim by somebody.",
    (
        an_id("Id of the statement."),
        a_text("speaker", "Office-holder or spokesperson by name, anybody else by role.", required=True),
        a_text("role", "The speaker's office."),
        Column("named", "Whether the source names the speaker.", type="boolean", required=True),
        a_text("outlet", "Who reported it."),
        a_day("said_on", "Day it was said.", required=True),
        Column("quantity_low", "Quantity, or its low end.", type="number"),
        Column("quantity_high", "High end of the quantity.", type="number"),
        a_text("unit", "Unit of the quantity."),
        a_day("period_start", "First day of the period it is about."),
        a_day("period_end", "Day after the last of the period."),
        a_place("place", "Place it is about."),
        Column("direction", "Which way it says the quantity went, or how it ranks.", enum=SAID),
        a_text("summary", "The claim in one sentence, in English.", required=True),
        a_text("summary_es", "The same in Spanish."),
        KNOWN_AT,
        SOURCE,
        a_text("conflict", "What else is in print about the same, in English."),
        a_text("conflict_es", "The same in Spanish."),
        a_text("speaker_es", "The speaker in Spanish, where not a name."),
        a_text("role_es", "The speaker's office in Spanish."),
        a_text("outlet_es", "Who reported it, in Spanish, where not a name."),
    ),
    key="id",
)
COMMITMENTS = Table(
    "commitments",
    "Something a party promised to do.",
    (
        an_id("Id of the commitment."),
        a_text("party", "Who promised, in English.", required=True),
        a_text("party_es", "The same in Spanish."),
        a_text("action", "What was promised, in English.", required=True),
        a_text("action_es", "The same in Spanish."),
        a_text("subject", "What it is about, in English."),
        a_text("subject_es", "The same in Spanish."),
        a_day("made_on", "Day of the promise.", required=True),
        a_day("due_on", "Day by which it is due, where one was given."),
        a_text("due", "The due date in words, in English."),
        a_text("due_es", "The same in Spanish."),
        KNOWN_AT,
        SOURCE,
    ),
    key="id",
)
EVIDENCE = Table(
    "evidence",
    "Later evidence for or against a commitment.",
    (
        an_id("Id of the evidence."),
        Column("commitment", "Id of the commitment.", required=True, refers="commitments.id"),
        Column("state", "The analyst's reading.", required=True, enum=EVIDENCE_STATES),
        a_text("text", "What was found, in English.", required=True),
        a_text("text_es", "The same in Spanish."),
        a_day("dated", "Day it is about.", required=True),
        KNOWN_AT,
        SOURCE,
    ),
    key="id",
)
GROUPS = Table(
    "groups",
    "A reported position or size of people moving together. Counts, never persons.",
    (
        an_id("Id of the report."),
        a_text("group", "Id of the group.", required=True),
        a_text("name", "Its name in English.", required=True),
        a_text("name_es", "Its name in Spanish."),
        a_text("track", "Which part of it: main, re-formed and so on."),
        a_day("on", "Day of the position.", required=True),
        Column("precision", "How exactly the day is known.", required=True, enum=tuple(map(str, Precision))),
        a_place("place", "Place of the corridor, where the position is one."),
        a_text("place_name", "Place as reported."),
        Column("lat", "Latitude, degrees north.", type="number", minimum=-90, maximum=90),
        Column("lon", "Longitude, degrees east.", type="number", minimum=-180, maximum=180),
        an_amount("size_low", "People, or the low end."),
        an_amount("size_high", "High end of the people."),
        a_text("mode", "How it moves."),
        a_text("event", "What happened: formed, left, arrived, split, dissolved and so on."),
        KNOWN_AT,
        ASSUMED,
        SOURCE,
        a_text("quality", "How good the report is."),
        a_text("note", "What a reader should know."),
    ),
    key="id",
)
SITES = Table(
    "sites",
    "Capacity and use of a place that shelters people.",
    (
        an_id("Id of the report."),
        a_text("site", "Id of the site or of the system of sites.", required=True),
        a_place("city", "Receiving city.", required=True),
        a_text("name", "Its name in English.", required=True),
        a_text("name_es", "Its name in Spanish."),
        a_text("kind", "What kind of site it is."),
        a_day("on", "Day of the report.", required=True),
        an_amount("capacity", "People it can take; blank where unknown."),
        an_amount("occupied", "People in it; blank where unknown."),
        KNOWN_AT,
        SOURCE,
        a_text("note", "What a reader should know."),
    ),
    key="id",
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        PLACES,
        CROSSINGS,
        PATHWAYS,
        LEGS,
        SOURCES,
        SERIES,
        FIGURES,
        EVENTS,
        STATEMENTS,
        COMMITMENTS,
        EVIDENCE,
        GROUPS,
        SITES,
    )
}
