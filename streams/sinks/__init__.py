"""Alerts delivered to people and programs: a worker of its own, `parallax sinks` (docs/sinks.md).

receiving    alert events from Kafka, each sink a consumer group of its own, into the store
routing      which events a sink wants
silences     which events nobody wants for a while
grouping     what is told together and when: pure, (state, event or time) -> state and notification
store        the state that survives a kill: one SQLite file
rendering    an event, a group, a digest as a person reads it
webhook, chat, lines      three ways to deliver; each answers with what became of one attempt
delivering   attempts, backoff, dead letters
running      all of it together
"""
