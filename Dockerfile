FROM python:3.11-slim-trixie AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# Without pip: nothing is installed where this runs. Wheels only: nobody's setup.py runs here either.
RUN python -m venv --without-pip /venv
# With the extras: EMAIL_URL and BUCKET_URL alone then decide, and nobody builds an image for them.
COPY requirements-anymail.txt requirements-s3.txt /tmp/
RUN pip --python /venv/bin/python install --require-hashes --no-deps --only-binary :all: \
    -r /tmp/requirements-anymail.txt -r /tmp/requirements-s3.txt

WORKDIR /app
ENV PATH=/venv/bin:$PATH
COPY . .
# Hashed, and compressed once, here. Settings want a key, static files do not: this one ends with the command.
# The modes are the image's, not those of whoever built it.
RUN SECRET_KEY=only-to-collect-static-files VAR=/tmp/var STATIC_ROOT=/app/static-root \
    python manage.py collectstatic --no-input \
    && python -m compileall -q advice comments \
    && chmod -R a+rX,go-w /app


FROM python:3.11-slim-trixie

# For `backup` and `restore`: of the same version as the server in docker-compose.yml.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-17 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin advice \
    && install -d -o advice -g advice -m 700 /var/lib/advice /var/lib/advice-media
COPY --from=build /venv /venv
COPY --from=build /app /app

WORKDIR /app
# The code is root's and cannot be changed by the process; VAR and the folder of uploaded pictures alone are its own.
USER 10001:10001
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR=/var/lib/advice \
    MEDIA_ROOT=/var/lib/advice-media \
    STATIC_ROOT=/app/static-root \
    PORT=8000 \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=8 \
    MALLOC_ARENA_MAX=2

EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=2m --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["docker/entrypoint"]
CMD ["serve"]
