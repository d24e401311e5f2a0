"""Live feeds: what governments and the press publish, fetched politely and handed on as news items, each once."""
