# The site in a container: web by default; `docker run … flask worker` is the worker.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    TALENTMARKET_INSTANCE=/data \
    PORT=8000

WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes --requirement requirements.txt
COPY . .
RUN python -m tools.messages compile \
    && python -m compileall -q talentmarket search \
    && useradd --system --create-home --home-dir /data shucai
USER shucai
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
# A public address asks for SECRET_KEY in the environment (see gunicorn.conf.py).
CMD ["sh", "-c", "exec gunicorn --bind 0.0.0.0:$PORT wsgi:app"]
