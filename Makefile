# README.md says what each of these is for. All of it happens in this folder, in .venv/ and var/.
PYTHON ?= python3
PORT ?= 8000
export PORT

BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes
TEST = $(BIN)/python -m pytest --numprocesses=auto --dist=worksteal

.PHONY: setup run dev test test-all check bench bench-desk bench-night bench-import bench-wordpress faults bench-compose audit screenshots mail-screens weights words lock clean

setup: .venv/.development

run: .venv/.runtime
	@$(BIN)/python manage.py run

dev: .venv/.development
	@DEBUG=on $(BIN)/python manage.py run --dev

# Chromium looks at the site once, on SQLite; test-all lets it look at both.
test: .venv/.development
	env -u TEST_DATABASE_URL $(TEST)
	$(TEST) --postgresql -m "not browser"

test-all: .venv/.development
	env -u TEST_DATABASE_URL TEST_LONG=1 $(TEST)
	TEST_LONG=1 $(TEST) --postgresql

check: export VAR = $(CURDIR)/.venv/var-of-check
check: .venv/.development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	SITE_URL=https://advice.example EMAIL_URL=smtp://mail.example DEFAULT_FROM_EMAIL=sarah@advice.example SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

bench: .venv/.development
	@$(BIN)/python tests/benchmarks/bench.py

bench-desk: .venv/.development
	@$(BIN)/python tests/benchmarks/answering.py
	@$(BIN)/python tests/benchmarks/desk.py

bench-night: .venv/.development
	@$(BIN)/python tests/benchmarks/night.py
	@$(BIN)/python tests/benchmarks/night.py --postgresql

bench-import: .venv/.development
	@$(BIN)/python tests/benchmarks/imports.py
	@$(BIN)/python tests/benchmarks/imports.py --postgresql

# Break everything that can break; the table is docs/faults.md. Small disks need root.
faults: .venv/.development
	$(BIN)/python -m tests.faults

# Beside WordPress: apt-get install wordpress mariadb-server php-fpm php-cli php-mysql nginx wrk
bench-wordpress: .venv/.development
	@$(BIN)/python tests/benchmarks/against_wordpress.py

bench-compose: .venv/.development
	@$(BIN)/python tests/benchmarks/compose.py

# Every page and state in docs/contact-sheet.webp.
screenshots: .venv/.development
	CONTACT_SHEET=docs/contact-sheet.webp $(BIN)/python -m pytest -p no:randomly tests/browser/test_contact_sheet.py

# Every mail, as text and as HTML, in docs/mails.webp.
mail-screens: .venv/.development
	MAIL_SHEET=docs/mails.webp $(BIN)/python -m pytest -p no:randomly tests/browser/test_mail_screens.py

# What words weigh for care, learnt anew from tests/labelled/tuning: after a change of those texts, or of the phrases.
weights: .venv/.development
	$(BIN)/python -m pip --disable-pip-version-check --quiet install --target .venv/learning scikit-learn
	PYTHONPATH=.venv/learning $(BIN)/python tests/labelled/training.py

# After a change of the words that readers see, and after translating them. Needs GNU gettext.
words: .venv/.runtime
	$(BIN)/django-admin makemessages --all --no-location --no-wrap --no-obsolete \
		--ignore=.venv --ignore=var --ignore=tests
	$(BIN)/django-admin compilemessages --ignore=.venv

# Lighthouse and the Nu HTML checker; needs node, Java and Chromium.
audit: .venv/.development .venv/audit/node_modules
	@$(BIN)/python tests/audit/audit.py .venv/audit

.venv/audit/node_modules:
	npm install --silent --no-save --prefix .venv/audit lighthouse vnu-jar

# Compiles what pyproject.toml asks for; needs uv. No package index is named: whoever installs has theirs.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml
lock:
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra anymail -c requirements.txt -o requirements-anymail.txt
	$(COMPILE) --extra s3 -c requirements-anymail.txt -o requirements-s3.txt
	$(COMPILE) --group dev -c requirements-anymail.txt -c requirements-s3.txt -o requirements-dev.txt

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv

.venv/.runtime: requirements.txt | .venv/bin/python
	$(PIP) -r requirements.txt
	@touch $@

.venv/.development: requirements.txt requirements-dev.txt | .venv/bin/python
	$(PIP) -r requirements.txt -r requirements-dev.txt
	@touch $@ .venv/.runtime
