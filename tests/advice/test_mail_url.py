"""EMAIL_URL, in all its forms."""

import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from advice import mail_url


def test_a_mail_server_with_a_login() -> None:
    options = mail_url.read("smtp+tls://user%40advice.example:pa%2Fs%23s%25+w%C3%B6rd@mail.example:2525").options
    assert options["EMAIL_HOST_USER"] == "user@advice.example"
    assert options["EMAIL_HOST_PASSWORD"] == "pa/s#s%+wörd"
    assert (options["EMAIL_HOST"], options["EMAIL_PORT"]) == ("mail.example", 2525)
    assert (options["EMAIL_USE_TLS"], options["EMAIL_USE_SSL"]) == (True, False)


@pytest.mark.parametrize(("scheme", "port"), [("smtp", 25), ("smtp+tls", 587), ("smtp+ssl", 465)])
def test_without_a_port_the_usual_one(scheme: str, port: int) -> None:
    options = mail_url.read(f"{scheme}://mail.example").options
    assert (options["EMAIL_PORT"], options["EMAIL_USE_SSL"]) == (port, scheme == "smtp+ssl")


def test_files_and_the_terminal() -> None:
    files = mail_url.read("filemail:///var/lib/my%20mail")
    assert files.options == {"EMAIL_FILE_PATH": "/var/lib/my mail"}
    assert files.backend == "django.core.mail.backends.filebased.EmailBackend"
    assert mail_url.read("consolemail://").backend == "django.core.mail.backends.console.EmailBackend"


def test_providers() -> None:
    pytest.importorskip("anymail")
    postmark = mail_url.read("postmark://a-b%2Fc@")
    assert postmark.backend == "anymail.backends.postmark.EmailBackend"
    assert postmark.anymail == {"POSTMARK_SERVER_TOKEN": "a-b/c"}
    assert mail_url.read("brevo://key@").anymail == {"BREVO_API_KEY": "key"}
    european = mail_url.read("mailgun://Key@mg.advice.example?region=eu").anymail
    assert european["MAILGUN_API_KEY"] == "Key"
    assert european["MAILGUN_SENDER_DOMAIN"] == "mg.advice.example"
    assert european["MAILGUN_API_URL"] == "https://api.eu.mailgun.net/v3"


def test_a_provider_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anymail", None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install .* requirements-anymail.txt") as caught:
        mail_url.read("postmark://hunter2@")
    assert "hunter2" not in str(caught.value)
    assert mail_url.read("smtp://mail.example").options["EMAIL_HOST"] == "mail.example"


@pytest.mark.parametrize(
    "url",
    [
        *("smtp://", "smtp://u:hunter2@", "smtp://u:hunter2@host:port", "smtp+tls://u:hunter2@host/x"),
        *("smtp://u:12#hunter2@host", "smtp://u:12/hunter2@host", "smtp://u:12?hunter2@host"),
        *("filemail://", "filemail:///", "filemail://folder/x", "consolemail://x"),
        *("postmark://hunter2", "postmark://u:hunter2@", "postmark://hunter2@host", "brevo://"),
        *("mailgun://hunter2@", "mailgun://hunter2@domain?region=moon", "mailgun://hunter2@domain?x"),
        *("mysql://u:hunter2@host", "hunter2"),
    ],
)
def test_what_is_in_no_form_is_refused_without_a_word_of_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL must ") as caught:
        mail_url.read(url)
    assert "hunter2" not in str(caught.value)
