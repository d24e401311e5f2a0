"""A house that is named by its kind alone is the one that was named in full last; another's is nobody's."""

import pytest
from hearing import K, W, evidence, last

FULL = (
    (K, "The Russian Foreign Ministry criticised the drills.", "ministry"),
    (K, "The Russian Embassy criticised the drills.", "embassy"),
    (K, "The Russian delegation criticised the drills.", "delegation"),
    (W, "The State Department criticised the drills.", "department"),
    (W, "The U.S. Embassy criticised the drills.", "embassy"),
    (W, "The U.S. delegation criticised the drills.", "delegation"),
    (W, "The Trump administration criticised the drills.", "administration"),
)


@pytest.mark.parametrize(("side", "full", "kind"), FULL)
@pytest.mark.parametrize(
    "told",
    [
        "The {kind} said that the drills would harm the region.",
        "The drills would harm the region, the {kind} said.",
        "“They harm the region,” said the {kind}.",
    ],
)
def test_its_kind_alone_is_the_house(told: str, side: str, full: str, kind: str) -> None:
    assert last(f"{full} Nobody else did. {told.format(kind=kind)}") == side


@pytest.mark.parametrize(("side", "full", "kind"), FULL)
def test_it_is_not_where_another_of_its_kind_came_between(side: str, full: str, kind: str) -> None:
    between = f"The Turkish {kind} welcomed them."
    assert last(f"{full} {between} The {kind} said that the drills would help the region.") != side


def test_a_portfolio_must_be_that_of_the_full_name() -> None:
    full = "The Russian Foreign Ministry criticised the drills. Nobody else did."
    assert last(f"{full} “They harm the region,” the foreign ministry said.") == K
    assert last(f"{full} “They harm the region,” the finance ministry said.") != K


def test_whoever_was_never_named_in_full_is_nobody() -> None:
    assert evidence("The administration said that the drills would harm the region.") == [None]
    assert last("Sergei Lavrov spoke first. The ministry said that the drills would harm the region.") != W


@pytest.mark.parametrize(
    ("side", "full"), [(K, "МИД России направил ноту протеста."), (W, "Госдепартамент опубликовал доклад.")]
)
def test_in_russian_a_house_is_whoever_was_named_last(side: str, full: str) -> None:
    assert last(f"{full} Других новостей не было. В ведомстве подчеркнули, что учения вредят региону.") == side
    assert last(f"{full} Турецкое министерство молчало. В ведомстве подчеркнули, что учения вредят региону.") != side


@pytest.mark.parametrize(
    ("side", "full"),
    [(K, "Министерство обороны России опубликовало снимки."), (W, "Министерство обороны США опубликовало снимки.")],
)
def test_in_russian_a_ministry_alone_is_the_one_named_in_full(side: str, full: str) -> None:
    assert last(f"{full} Министерство заявило, что учения вредят региону.") == side
    ukraines = "Министерство обороны Украины опубликовало снимки."
    assert last(f"{full} {ukraines} Министерство заявило, что учения вредят региону.") != side
