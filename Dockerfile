# Two stages: wheels are built with a compiler at hand, and run without one.
FROM python:3.12-slim AS build
WORKDIR /src
COPY constraints.txt pyproject.toml README.md ./
COPY bot bot
COPY handlers handlers
COPY services services
COPY storage storage
RUN pip install --no-cache-dir --prefix /install --constraint constraints.txt .

FROM python:3.12-slim
RUN useradd --uid 10001 --create-home tuppence && install --directory --owner tuppence /data
COPY --from=build /install /usr/local
USER tuppence
ENV TUPPENCE_HOME=/data HOST=0.0.0.0 PORT=8080 LOG_FORMAT=json PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["tuppence"]
CMD ["run"]
