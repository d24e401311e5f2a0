"""Groups: every event is told once or let go for a reason, in order, and not before its time."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from streams.sinks.grouping import AT_ONCE, Group, Rules, Taken, begin, due_at, is_over, settle, take

START = datetime(2025, 3, 18, 6, 30, tzinfo=UTC)
RULES = Rules(wait_seconds=30, interval_seconds=300, repeat_seconds=0, most_events=50)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def event(id: str, alert: str = "a", *, closes: bool = False, forced: bool = False) -> Taken:
    return Taken(id=id, alert=alert, closes=closes, forced=forced)


def told(group: Group, rules: Rules, now: datetime, silenced: tuple[str, ...] = ()) -> tuple[Group, list[str]]:
    """The group after what is due now was delivered at once, and the ids of it."""
    begun = begin(group, rules, now, silenced).group
    if begun.sending is None:
        return begun, []
    return settle(begun, now), list(begun.sending.ids)


def test_a_new_group_waits_for_company_and_a_known_one_for_its_interval():
    group = take(Group(), event("1"), START)
    assert due_at(group, RULES) == START + seconds(30)
    group = take(group, event("2", "b"), START + seconds(20))
    assert due_at(group, RULES) == START + seconds(30)
    group, ids = told(group, RULES, START + seconds(30))
    assert ids == ["1", "2"]
    assert due_at(group, RULES) is None
    group = take(group, event("3"), START + seconds(40))
    assert due_at(group, RULES) == START + seconds(330)
    late = take(told(group, RULES, START + seconds(330))[0], event("4"), START + seconds(1000))
    assert due_at(late, RULES) == START + seconds(1000)  # the interval is over and the group is known: at once


def test_a_notification_under_way_is_resumed_as_it_was_whatever_came_since():
    begun = begin(take(Group(), event("1"), START), RULES, START + seconds(30)).group
    more = take(begun, event("2"), START + seconds(31))
    assert due_at(more, RULES) == AT_ONCE
    again = begin(more, RULES, START + seconds(60)).group
    assert again.sending == begun.sending
    assert settle(again, START + seconds(60)).waiting == (event("2"),)


def test_open_alerts_are_repeated_and_closed_ones_are_not():
    rules = Rules(wait_seconds=0, interval_seconds=300, repeat_seconds=3600, most_events=50)
    group, _ = told(take(take(Group(), event("1", "a"), START), event("2", "b"), START), rules, START)
    assert due_at(group, rules) == START + seconds(3600)
    reminder = begin(group, rules, START + seconds(3600)).group.sending
    assert reminder is not None
    assert (reminder.kind, reminder.ids) == ("reminder", ("1", "2"))
    group, _ = told(group, rules, START + seconds(3600))
    group, ids = told(take(group, event("3", "a", closes=True), START + seconds(3700)), rules, START + seconds(3900))
    assert ids == ["3"]
    group, ids = told(group, rules, START + seconds(7500))
    assert ids == ["2"]
    group, _ = told(take(group, event("4", "b", closes=True), START + seconds(7500)), rules, START + seconds(7800))
    assert not is_over(group, rules, START + seconds(8099))
    assert due_at(group, rules) == START + seconds(8100)
    assert begin(group, rules, START + seconds(8100)).group == Group()


def test_the_end_of_an_alert_nobody_was_told_of_is_not_told():
    begun = begin(take(Group(), event("1", closes=True), START), RULES, START + seconds(30))
    assert (begun.group.sending, begun.untold) == (None, (event("1", closes=True),))
    forced = begin(take(Group(), event("1", closes=True, forced=True), START), RULES, START + seconds(30))
    assert forced.group.sending is not None


def test_a_silenced_alert_is_let_go_and_so_is_its_end_but_a_redriven_event_is_told():
    group = take(Group(), event("1"), START)
    begun = begin(group, RULES, START + seconds(30), {"1"})
    assert (begun.group.sending, begun.silenced) == (None, ("1",))
    ended = begin(take(begun.group, event("2", closes=True), START + seconds(40)), RULES, START + seconds(400))
    assert (ended.group.sending, ended.untold) == (None, (event("2", closes=True),))
    forced = begin(take(Group(), event("1", forced=True), START), RULES, START + seconds(30), {"1"})
    assert forced.group.sending is not None


def test_a_redriven_event_opens_no_alert_that_has_ended_since():
    group, ids = told(take(Group(), event("1", forced=True), START), RULES, START + seconds(30))
    assert ids == ["1"]
    assert group.open == ()


def test_an_alert_still_open_when_its_silence_ends_is_in_the_next_reminder():
    rules = Rules(wait_seconds=0, interval_seconds=0, repeat_seconds=100, most_events=50)
    group = begin(take(Group(), event("1"), START), rules, START, {"1"}).group
    still = begin(group, rules, START + seconds(100), {"1"}).group
    assert still.sending is None
    assert due_at(still, rules) == START + seconds(200)
    assert told(still, rules, START + seconds(200))[1] == ["1"]


def test_a_digest_comes_at_its_hour_with_what_is_new_and_what_is_still_open_and_not_on_a_day_without_news():
    rules = Rules(wait_seconds=0, interval_seconds=0, repeat_seconds=60, most_events=500, digest=time(7))
    group = take(take(Group(), event("1", "a"), START), event("2", "b"), START + seconds(10))
    first = datetime(2025, 3, 18, 7, tzinfo=UTC)
    assert due_at(group, rules) == first
    group, ids = told(group, rules, first)
    assert ids == ["1", "2"]
    assert due_at(group, rules) is None
    group = take(group, event("3", "a", closes=True), first)
    assert due_at(group, rules) == first + timedelta(days=1)
    digest = begin(group, rules, first + timedelta(days=1)).group.sending
    assert digest is not None
    assert [one.id for one in digest.events] == ["3"]
    assert [one.event for one in digest.still_open] == ["2"]


rules = st.builds(
    Rules,
    wait_seconds=st.sampled_from([0, 5, 30]),
    interval_seconds=st.sampled_from([0, 10, 60]),
    repeat_seconds=st.sampled_from([0, 7, 100]),
    most_events=st.sampled_from([1, 2, 50]),
    digest=st.sampled_from([None, None, time(6, 31)]),
)
arrivals = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from("abc"), st.booleans(), st.booleans(), st.integers(0, 20)), max_size=25
)


@given(rules, arrivals)
def test_every_event_is_told_once_or_let_go_in_order_and_in_time(rules, arrivals):
    group, now = Group(), START
    went: list[str] = []
    let_go: list[str] = []
    spoke: list[datetime] = []
    came: dict[str, datetime] = {}
    hushed = {str(number) for number, one in enumerate(arrivals) if one[3]}

    def speak(until: datetime, takes: int) -> None:
        nonlocal group
        while (due := due_at(group, rules)) is not None and due <= until:
            at = max(due, now)
            known, first = any(one.told for one in group.open), (*group.waiting, None)[0]
            begun = begin(group, rules, at, hushed)
            let_go.extend((*begun.silenced, *(one.id for one in begun.untold)))
            group = begun.group
            if group.sending is None:
                continue
            new = [one.id for one in group.sending.events]
            assert len(new) <= rules.most_events
            if not rules.digest and not known and first and rules.most_events == 50:  # what is left over has waited
                assert at >= came[first.id] + seconds(rules.wait_seconds)
            assert not spoke or rules.digest or at >= spoke[-1] + seconds(rules.interval_seconds)
            assert not hushed & set(group.sending.ids)
            went.extend(new)
            group = settle(group, at + seconds(takes))
            spoke.append(at + seconds(takes))

    for number, (after, alert, closes, _, takes) in enumerate(arrivals):
        speak(now + seconds(after), takes)
        now = max(now + seconds(after), spoke[-1] if spoke else START)
        came[str(number)] = now
        group = take(group, event(str(number), alert, closes=closes), now)
    while group.waiting:
        now += timedelta(days=1)
        speak(now, 0)

    assert sorted([*went, *let_go], key=int) == [str(number) for number in range(len(arrivals))]
    for alert in "abc":
        of_alert = [id for id in went if arrivals[int(id)][1] == alert]
        assert of_alert == sorted(of_alert, key=int)
