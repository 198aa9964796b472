"""The published schema of the brief's JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from corredor.brief import Brief
from docs.generate import SCHEMA, schema_text
from tests.brief.conftest import TODAY, Make

DAY = date(2023, 12, 28)


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def data(brief: Brief) -> Any:
    return json.loads(brief.model_dump_json())


def test_is_the_model_of_the_code() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "run: python docs/generate.py"


def test_is_a_schema(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    "settings",
    [{}, {"lang": "es"}, {"since": date(2023, 12, 20), "hindsight": TODAY}],
    ids=["full", "spanish", "changes and hindsight"],
)
def test_every_brief_fits(make: Make, schema: Any, settings: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in validator.iter_errors(data(make(DAY, **settings)))] == []


def test_what_is_read_back_is_the_same_brief(make: Make) -> None:
    brief = make(DAY, hindsight=TODAY)
    assert Brief.model_validate_json(brief.model_dump_json()) == brief


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("flows", 0, "value"), "191,113"),
        (("flows", 0, "surprise"), 1),
        (("crossings", 0, "status"), "shut"),
        (("lang",), "fr"),
        (("forecasts", 0, "interval"), None),
    ],
)
def test_other_content_does_not_fit(
    make: Make, schema: Any, path: tuple[str | int, ...], value: object
) -> None:
    brief = data(make(DAY))
    node = brief
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    assert not jsonschema.Draft202012Validator(schema).is_valid(brief)


def test_every_field_is_there_every_time(make: Make, schema: Any) -> None:
    brief = data(make(DAY))
    assert set(schema["required"]) <= set(brief)
    assert not jsonschema.Draft202012Validator(schema).is_valid({**brief, "flows": None})
    assert set(schema["properties"]) == set(brief)
