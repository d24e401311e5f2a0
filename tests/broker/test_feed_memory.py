"""What the feed reader remembers in Kafka: cut off between any two steps, nothing is published twice or missed."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from streams.bootstrap import Reached, reach
from streams.feeds.health import FeedState
from streams.feeds.ledger import Known
from streams.feeds.memory import Memory, NewItem
from streams.present import present
from streams.settings import load_settings
from streams.topics import create_topics
from streams.wire import encode

URL = "https://desk.example/rss"


class Killed(BaseException):
    """The process ends here."""


class CutOff(Memory):
    """A memory whose process is killed before one of its steps."""

    steps = 0

    def _send(self, records):
        if self.steps == 0:
            raise Killed
        self.steps -= 1
        super()._send(records)


@pytest.fixture
def reached(bootstrap: str) -> Reached:
    found = reach(load_settings(brokers=bootstrap, topic_prefix=f"memory-{uuid.uuid4().hex[:8]}."))
    create_topics(found.bootstrap, found.topics)
    return found


def item(number: int) -> NewItem:
    value = encode({"id": f"id-{number}", "title": f"Story {number}"})
    return NewItem(value=value, known=Known(feed=URL, key=f"guid-{number}", id=f"id-{number}", content="x"))


def in_news(reached: Reached) -> list[str]:
    return [record.key.decode() for record in present(reached.bootstrap, reached.topics.news.name)]


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_what_a_kill_left_open_is_settled_by_what_the_news_topic_has(reached: Reached, steps: int) -> None:
    now, state = datetime.now(UTC), FeedState(url=URL, etag='"seen"', body="seen")
    memory = CutOff(reached.bootstrap, reached.topics)
    memory.steps = 2
    memory.note(state, [])
    memory.steps = 3
    state = memory.publish(state, [item(0)], now - timedelta(hours=1))
    memory.steps = steps
    if steps < 3:
        with pytest.raises(Killed):
            memory.publish(state, [item(1), item(2)], now)
    else:
        memory.publish(state, [item(1), item(2)], now)
    memory.close()

    after = Memory(reached.bootstrap, reached.topics)
    states, known = after.read()
    keys = {one.key for one in known}
    assert keys == {f"guid-{number}" for number in range(3 if steps >= 2 else 1)}
    assert len(in_news(reached)) == len(keys)
    # where it is open whether more was found than is known, the next answer must not be "not modified"
    assert (states[URL].etag == "") == (steps in (1, 2))
    after.publish(states[URL], [item(number) for number in (1, 2) if f"guid-{number}" not in keys], now)
    assert in_news(reached) == ["id-0", "id-1", "id-2"]
    after.close()


def test_what_one_reader_found_in_the_news_topic_the_next_one_knows(reached: Reached) -> None:
    now, first, second = (
        datetime.now(UTC),
        CutOff(reached.bootstrap, reached.topics),
        CutOff(reached.bootstrap, reached.topics),
    )
    first.steps = 2
    with pytest.raises(Killed):
        first.publish(FeedState(url=URL), [item(1), item(2)], now)
    second.steps = 1
    states, _ = second.read()
    second.steps = 1
    with pytest.raises(Killed):
        second.publish(states[URL], [item(3)], now)

    third = Memory(reached.bootstrap, reached.topics)
    _, known = third.read()
    assert sorted(one.key for one in known) == ["guid-1", "guid-2"]
    assert in_news(reached) == ["id-1", "id-2"]
    for one in (first, second, third):
        one.close()


def test_what_is_forgotten_is_gone_and_what_is_noted_last_counts(reached: Reached) -> None:
    memory = Memory(reached.bootstrap, reached.topics)
    first, second = item(1).known, item(2).known
    memory.note(FeedState(url=URL, failures=1), [first, second])
    memory.note(FeedState(url=URL, failures=2), [])
    memory.forget([first])
    states, known = memory.read()
    assert (known, states[URL].failures) == ([second], 2)
    memory.close()
