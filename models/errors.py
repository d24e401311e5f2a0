"""Errors, named by their remedy.

ParallaxError
├── InvalidItem          the item is bad and will stay bad: never retried, dead-lettered with its reason
├── InvalidSettings      a setting or a file of settings is wrong: the user mends it; names file, line or setting
├── InfrastructureError  something Parallax needs is not there (broker, Java, model, disk): stop and say what to do
└── NothingToCompare     a comparison lacks a side
"""


class ParallaxError(Exception):
    """Base of every error that Parallax raises on purpose; its text is one line meant for a person."""


class InvalidItem(ParallaxError):
    """A news item that can never be processed.

    Attributes:
        reason: a short stable code for metrics and dead letters: `not_utf8`, `not_json`, `not_an_object`, `too_large`,
            `no_words`, `bad_date`, `bad_field`, and between the stages `bad_message`, `other_version`.
        detail: what was wrong, for a person.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class InvalidSettings(ParallaxError):
    """A setting, or a file of settings, that cannot be used as it is."""


class InfrastructureError(ParallaxError):
    """Something that Parallax needs does not answer; retrying the item would not help."""


class NothingToCompare(ParallaxError):
    """A comparison was asked for, and one of the two sides says nothing."""
