"""Kafka and Faust around the pure core: decode, one model call, encode, send."""
