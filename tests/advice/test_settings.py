"""Settings from the environment: wrong values stop the start with a message that names the variable."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def start(folder: Path, code: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
    """Read the settings in a process of their own, as a start does."""
    environment = {"PATH": os.environ["PATH"], "VAR": str(folder), "PYTHONPATH": str(ROOT), **variables}
    command = f"from advice import settings as s; {code}"
    return subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DEBUG", "perhaps"),
        ("SITE_URL", "advice.example"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "ftp://advice.example"),
        ("SITE_URL", "https://advice.example/blog"),
        ("SITE_URL", "https://advice.example:port"),
        ("TRUSTED_PROXIES", "proxy"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("DATABASE_URL", "sqlite://:memory:"),
        ("DATABASE_URL", "postgres://"),
        ("DATABASE_URL", "postgres://u:p@h:nope/x"),
        ("ALLOWED_HOSTS", "http://advice.example/"),
        ("DEFAULT_FROM_EMAIL", "nonsense"),
        ("LANGUAGE_CODE", "klingon_bogus"),
        ("EMAIL_URL", "smtp://mail:nope"),
        ("EMAIL_URL", "http://mail"),
        ("EMAIL_RATE", "fast"),
        ("EMAIL_RATE", "0"),
        ("EMAIL_BOUNCES_TO", "Bounces <bounces@advice.example>"),
        ("TIME_ZONE", "Mars/Base"),
        ("POST_LIMITS", "sometimes"),
        ("SECRET_KEY_FILE", "/nowhere/at/all"),
    ],
)
def test_a_wrong_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    result = start(tmp_path, **{name: value})
    assert result.returncode != 0
    assert "ImproperlyConfigured" in result.stderr
    assert name.removesuffix("_FILE") in result.stderr.splitlines()[-1]


def test_a_password_is_in_no_message(tmp_path: Path) -> None:
    assert "hunter2" not in start(tmp_path, DATABASE_URL="mysql://root:hunter2@db/x").stderr


def test_mails_are_files_until_a_server_is_named(tmp_path: Path) -> None:
    code = (
        "print(s.EMAIL_BACKEND.split('.')[-2], s.EMAIL_FILE_PATH, s.EMAIL_RATE, s.EMAIL_PROVIDER, s.EMAIL_BOUNCES_TO)"
    )
    folder = tmp_path / "a+b %41"  # as it is, not decoded
    assert start(folder, code).stdout.rstrip() == f"filebased {folder}/mail None"
    named = start(tmp_path, code, EMAIL_URL="smtp://mail", EMAIL_RATE="60", EMAIL_BOUNCES_TO="b@advice.example")
    assert named.stdout.split() == ["smtp", "None", "60", "b@advice.example"]


def test_a_provider_s_secret_is_a_user_and_a_password(tmp_path: Path) -> None:
    given = {"EMAIL_URL": "postmark://t@", "EMAIL_BOUNCES_TO": "b@advice.example"}
    assert "EMAIL_WEBHOOK_SECRET" in start(tmp_path, EMAIL_WEBHOOK_SECRET="hunter2", **given).stderr
    code = "print(s.ANYMAIL['WEBHOOK_SECRET'], s.EMAIL_BOUNCES_TO)"
    assert start(tmp_path, code, EMAIL_WEBHOOK_SECRET="u:p", **given).stdout.split() == ["u:p"]


def test_the_secret_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    first, second = (start(tmp_path, "print(s.SECRET_KEY)").stdout for _ in range(2))
    assert first == second
    assert len(first) > 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_public_site_brings_its_own_secret_key(tmp_path: Path) -> None:
    result = start(tmp_path, SITE_URL="https://advice.example")
    assert "SECRET_KEY" in result.stderr
    assert not (tmp_path / "secret-key").exists()
    assert start(tmp_path, SITE_URL="https://advice.example", SECRET_KEY="x" * 50).returncode == 0


def test_a_secret_comes_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    secret = tmp_path / "key.txt"
    secret.write_text("k" * 60 + "\n")
    assert start(tmp_path, "print(repr(s.SECRET_KEY))", SECRET_KEY_FILE=str(secret)).stdout.strip() == repr("k" * 60)


def test_hosts_follow_the_sites_address(tmp_path: Path) -> None:
    code = "print(s.ALLOWED_HOSTS)"
    assert "localhost" in start(tmp_path, code).stdout
    public = start(
        tmp_path, code, SITE_URL="https://advice.example", SECRET_KEY="x" * 50, ALLOWED_HOSTS="www.advice.example"
    )
    assert public.stdout.strip() == "['advice.example', 'www.advice.example']"


def test_cookies_of_a_secure_site_are_secure(tmp_path: Path) -> None:
    code = "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH)"
    assert start(tmp_path, code).stdout.split() == ["False", "False", "/admin/", "/admin/"]
    secure = start(tmp_path, code, SITE_URL="https://advice.example", SECRET_KEY="x" * 50)
    assert secure.stdout.split()[:2] == ["True", "True"]


def test_where_templates_are_edited_no_part_of_them_is_kept(tmp_path: Path) -> None:
    keep = "from django.core.cache import cache; cache.set('header', 'as it was'); print(cache.get('header'))"
    environment = {"DJANGO_SETTINGS_MODULE": "advice.settings"}
    assert start(tmp_path, keep, DEBUG="on", **environment).stdout == "None\n"
    assert start(tmp_path, keep, **environment).stdout == "as it was\n"
