"""A side's place or house in a source that is another's: where one is, or whose a body is, says nothing of a side."""

import pytest
from hearing import SPRING_2025, VOICES

from models.attribution.mentions import names_of
from models.attribution.placed import placed

ANOTHERS = (
    "Analysts in {place} said the currency would fall.",
    "A financial analyst in {place} said the currency would fall.",
    "A think tank in {place} said the currency would fall.",
    "Turkish officials in {place} said the talks had stalled.",
    "Diplomats in {place} said the mission would close.",
    "A lawmaker from {place} said the bill would pass.",
    "{place}'s opposition said the count was wrong.",
    "{place}'s central bank said rates would stay.",
    "Sources in the {house} said the plan was ready.",
    "A person close to the {house} said the plan was ready.",
    "Protesters outside the {house} said they would stay.",
)
OWN = (
    "Officials in {place} said the plan was ready.",
    "The Foreign Ministry in {place} said the plan was ready.",
    "A statement from {place} said the plan was ready.",
    "{place}'s foreign ministry said the plan was ready.",
    "{place}'s chief negotiator said the plan was ready.",
    "A senior director for trade at the {house} said the plan was ready.",
    "An official in the {house} said the plan was ready.",
    "The {house} said the plan was ready.",
)
SIDES = (("Moscow", "Kremlin"), ("Washington", "White House"))


def is_placed(form: str, place: str, house: str) -> bool:
    text = form.format(place=place, house=house)
    (one,) = names_of(VOICES).find(text, SPRING_2025)
    return placed(text, one.start, one.end, institution=one.kind == "institution")


@pytest.mark.parametrize("form", ANOTHERS)
@pytest.mark.parametrize(("place", "house"), SIDES)
def test_who_is_only_there_is_another(form: str, place: str, house: str) -> None:
    assert is_placed(form, place, house)


@pytest.mark.parametrize("form", OWN)
@pytest.mark.parametrize(("place", "house"), SIDES)
def test_its_officials_statements_and_offices_are_the_sides(form: str, place: str, house: str) -> None:
    assert not is_placed(form, place, house)
