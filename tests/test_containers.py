"""What is in the container files, and what must never be."""

import base64
import hashlib
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from advice.middleware import FORM, UPLOAD
from advice.settings import DATA_UPLOAD_MAX_MEMORY_SIZE, PICTURE_BYTES

ROOT = Path(__file__).resolve().parent.parent
CADDYFILE = (ROOT / "docker" / "Caddyfile").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_compose_names_no_secret() -> None:
    secret = re.compile(
        r"^\s*-?\s*(\w*(?:PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL|EMAIL_URL|BUCKET_URL)\w*)\s*[:=]", re.MULTILINE
    )
    names = secret.findall(COMPOSE)

    assert {"SECRET_KEY_FILE", "DATABASE_URL_FILE", "POSTGRES_PASSWORD_FILE"} <= set(names)
    assert [name for name in names if not name.endswith("_FILE")] == []
    assert re.findall(r"\w+://\S*:\S*@", COMPOSE) == []


def test_secrets_come_from_a_folder_that_neither_git_nor_the_image_sees() -> None:
    files = re.findall(r"\{ file: (\S+) \}", COMPOSE)

    assert len(files) == 6
    assert all(file.startswith("secrets/") for file in files)
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in rules
    assert not any(rule.startswith("!") and "secret" in rule for rule in rules)


def test_the_image_keeps_no_secret_and_runs_as_nobody_special() -> None:
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]

    assert "SECRET_KEY" not in last_stage
    assert re.search(r"^(ENV|ARG).*SECRET", DOCKERFILE, re.MULTILINE) is None
    assert re.search(r"^USER 10001", last_stage, re.MULTILINE)


def test_mail_reaches_its_server_and_has_time_to_finish_and_nobody_reaches_it() -> None:
    service = re.search(r"^  mail:\n(.*?)^  \w+:$", COMPOSE, re.DOTALL | re.MULTILINE)[1]  # type: ignore[index]

    assert "command: [send_mail]" in service
    assert "networks: [back, out]" in service
    assert "stop_grace_period: 1m" in service
    assert "ports:" not in service
    assert "  back:\n    internal: true\n" in COMPOSE


def test_threads_stay_below_the_databases_connections() -> None:
    def number(name: str) -> int:
        return int(re.search(rf"{name}: (\d+)", COMPOSE)[1])  # type: ignore[index]

    assert 4 * number("GRANIAN_WORKERS") * number("GRANIAN_BLOCKING_THREADS") < 97  # four `web`, and room for a person


def test_every_service_is_read_only_and_without_privileges() -> None:
    services = COMPOSE.partition("\nservices:\n")[2].partition("\nnetworks:\n")[0]

    named = re.findall(r"^  \w+:(?: &web)?$", services, re.MULTILINE)
    assert len(named) == services.count("<<: *careful") + services.count("<<: *web")


def test_uploaded_pictures_outlive_their_container() -> None:
    folder = re.search(r"MEDIA_ROOT=(\S+)", DOCKERFILE)[1]  # type: ignore[index]

    assert f'volumes: ["media:{folder}"]' in COMPOSE
    assert re.search(rf"install -d -o advice .*{folder}\b", DOCKERFILE)


def test_backups_are_made_by_programs_of_the_databases_own_version() -> None:
    server = re.search(r"image: postgres:(\d+)", COMPOSE)[1]  # type: ignore[index]

    assert f"postgresql-client-{server} " in DOCKERFILE.rpartition("\nFROM ")[2]


def test_the_proxys_own_page_needs_nothing_and_may_show_its_style_alone() -> None:
    page = (ROOT / "docker" / "maintenance.html").read_text()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]  # type: ignore[index]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'sha256-{digest}'; " in CADDYFILE
    assert "<script" not in page
    assert "style=" not in page
    assert re.findall(r"(?:src|href)=\"([^\"]*)", page) == ["https://findahelpline.com/"]
    assert "./docker/maintenance.html:/etc/caddy/pages/maintenance.html:ro" in COMPOSE


def test_the_proxy_passes_on_what_the_site_refuses_with_a_page() -> None:
    sizes = [int(size) * 1_000_000 for size in re.findall(r"max_size (\d+)MB", CADDYFILE)]

    assert sizes[0] > PICTURE_BYTES + FORM
    assert sizes[1] > DATA_UPLOAD_MAX_MEMORY_SIZE
    assert CADDYFILE.count(f"path {UPLOAD}\n") == 2


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
def test_make_secrets_makes_files_that_only_the_folder_guards_and_never_overwrites(tmp_path: Path) -> None:
    command = ["sh", ROOT / "docker" / "make-secrets"]
    subprocess.run(command, cwd=tmp_path, check=True)
    folder = tmp_path / "secrets"
    made = {file.name: file.read_text().strip() for file in folder.iterdir()}

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {
        0o644
    }  # the containers' users read them
    assert made["database-url.txt"] == f"postgres://advice:{made['postgres-password.txt']}@db/advice"
    assert len(made["postgres-password.txt"]) == 64
    assert len(made["secret-key.txt"]) == 100
    assert made["email-url.txt"] == "filemail:///var/lib/advice/mail"
    assert re.fullmatch(r"provider:[0-9a-f]{48}", made["email-webhook.txt"])
    assert made["bucket-url.txt"] == ""
    assert {f"secrets/{name}" for name in made} == set(re.findall(r"\{ file: (\S+) \}", COMPOSE))

    (folder / "email-webhook.txt").unlink()  # as in a folder from before there was mail
    subprocess.run(command, cwd=tmp_path, check=True)
    again = {file.name: file.read_text().strip() for file in folder.iterdir()}
    assert again == made | {"email-webhook.txt": again["email-webhook.txt"]}
