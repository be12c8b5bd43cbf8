"""`manage.py check_mail`, against a name server of its own."""

import socket
import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from django.core.management import CommandError, call_command

RIGHT = {
    ("advice.example", "MX"): ["10 mail.advice.example."],
    ("advice.example", "TXT"): ['"v=spf1 include:spf.provider.example ~all"', '"something else"'],
    ("selector1._domainkey.advice.example", "TXT"): ['"v=DKIM1; k=rsa; " "p=MIIBIjANBg"'],
    ("_dmarc.advice.example", "TXT"): ['"v=DMARC1; p=quarantine; rua=mailto:d@advice.example"'],
}


class NameServer:
    """Answers by UDP from its records; `broken`: with SERVFAIL."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = dict(RIGHT)
        self.broken = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while raw := self.socket.recvfrom(4096):
            if raw[0] == b"stop":
                break
            self.socket.sendto(self.answer(dns.message.from_wire(raw[0])), raw[1])
        self.socket.close()

    def answer(self, query: dns.message.Message) -> bytes:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        if self.broken:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif found := self.records.get((name, kind)):
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif not any(known == name for known, _ in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.sendto(b"stop", ("127.0.0.1", self.port))
        self.thread.join(10)


@pytest.fixture
def server(settings: Any) -> Iterator[NameServer]:
    settings.DEFAULT_FROM_EMAIL = "Sarah’s advice <sarah@advice.example>"
    one = NameServer()
    yield one
    one.stop()


def check(server: NameServer, *options: str) -> tuple[int, str]:
    """How it ends, and what it says."""
    out, code = StringIO(), 0
    try:
        call_command("check_mail", "--nameserver", f"127.0.0.1:{server.port}", *options, stdout=out, stderr=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, out.getvalue()


def line(said: str, record: str) -> str:
    return next(row for row in said.splitlines() if row[7:14].strip() == record)


def test_a_domain_that_has_them_all_is_right(server: NameServer) -> None:
    code, said = check(server)
    assert code == 0
    assert "WRONG" not in said
    assert "mail.advice.example" in line(said, "MX")
    assert "v=spf1 include:spf.provider.example ~all" in line(said, "SPF")
    assert "selector1._domainkey.advice.example" in line(said, "DKIM")


def test_a_domain_without_any_is_told_what_to_put_where(server: NameServer, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "smtp.provider.example"
    server.records = {}
    code, said = check(server, "--selector", "key7")
    assert code == 1
    assert [line(said, record)[:5] for record in ("MX", "SPF", "DKIM", "DMARC")] == ["WRONG"] * 4
    assert 'advice.example. TXT "v=spf1 a:smtp.provider.example ~all"' in said
    assert "key7._domainkey.advice.example. TXT" in said
    assert '_dmarc.advice.example. TXT "v=DMARC1; p=none;' in said
    assert "sarah" not in said


@pytest.mark.parametrize(
    ("name", "kind", "texts", "record", "says"),
    [
        ("advice.example", "MX", ["0 ."], "MX", "takes no mail"),
        ("advice.example", "TXT", ['"v=spf1 -all"', '"v=spf1 mx ~all"'], "SPF", "several"),
        ("advice.example", "TXT", ['"v=spf1 mx +all"'], "SPF", "lets everybody send"),
        ("advice.example", "TXT", ['"v=spf10 mx -all"'], "SPF", "missing"),
        (
            "advice.example",
            "TXT",
            [f'"v=spf1 {" ".join(f"include:{n}.example" for n in range(11))} -all"'],
            "SPF",
            "10",
        ),
        ("selector1._domainkey.advice.example", "TXT", ['"v=DKIM1; p="'], "DKIM", "revoked"),
        ("_dmarc.advice.example", "TXT", ['"v=DMARC1; rua=mailto:d@advice.example"'], "DMARC", "no policy"),
        ("_dmarc.advice.example", "TXT", ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"'], "DMARC", "several"),
    ],
)
def test_a_wrong_record_is_named(
    server: NameServer, name: str, kind: str, texts: list[str], record: str, says: str
) -> None:
    server.records[(name, kind)] = texts
    code, said = check(server)
    assert code == 1
    assert line(said, record).startswith("WRONG")
    assert says in line(said, record)
    assert said.count("WRONG") == 1


def test_a_key_under_an_unusual_name_is_found_by_that_name(server: NameServer) -> None:
    server.records[("20260101pm._domainkey.advice.example", "TXT")] = ['"k=rsa; p=MIG"']
    del server.records[("selector1._domainkey.advice.example", "TXT")]
    assert "--selector NAME" in line(check(server)[1], "DKIM")
    assert check(server, "--selector", "20260101pm")[0] == 0


def test_a_subdomain_has_its_parent_s_policy_and_bounces_their_own_domain(server: NameServer, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.EMAIL_BOUNCES_TO = "a@mail.advice.example", "b@advice.example"
    server.records[("k1._domainkey.mail.advice.example", "TXT")] = ['"p=MIG"']
    code, said = check(server)
    assert code == 0, said


def test_where_no_name_server_answers_it_says_only_that(server: NameServer) -> None:
    server.broken = True
    code, said = check(server)
    assert code == 2
    assert "No name server answers" in said
    assert "WRONG" not in said


@pytest.mark.parametrize("sender", ["advice@127.0.0.1", "advice@localhost"])
def test_a_site_without_a_domain_is_told_so(settings: Any, sender: str) -> None:
    settings.DEFAULT_FROM_EMAIL = sender
    with pytest.raises(CommandError, match="no domain"):
        call_command("check_mail")


@pytest.mark.parametrize("nameserver", ["dns.example", "127.0.0.1:port", "[::1"])
def test_a_name_server_is_an_address(settings: Any, nameserver: str) -> None:
    settings.DEFAULT_FROM_EMAIL = "a@advice.example"
    with pytest.raises(CommandError, match="IP address"):
        call_command("check_mail", "--nameserver", nameserver)
