"""The three agents: each decodes, makes one call of its model, encodes and says what to send."""
