FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY scripts scripts
COPY models models
COPY streams streams
RUN python scripts/bootstrap.py
ENTRYPOINT [".venv/bin/parallax"]
