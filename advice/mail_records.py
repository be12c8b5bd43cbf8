"""What a domain's records in the DNS say of mail from it: where answers go (MX), who may send (SPF, RFC 7208), whose
signature holds (DKIM, RFC 6376), and what is to become of mail for which neither does (DMARC, RFC 7489).

Providers of mailboxes send mail without them to the spam, or back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.resolver

PATIENCE = 10.0  # seconds for one question
MOST_LOOKUPS = 10  # of a whole SPF record (RFC 7208, 4.6.4); those in the domain's own record alone are counted here
LOOKUPS = ("include:", "a", "mx", "ptr", "exists:", "redirect=")
# Selectors in use: of mail servers' manuals and of providers. Many have numbers or dates in them; those must be named.
USUAL = (
    *("default", "mail", "dkim", "email", "smtp", "key1", "s1", "s2", "k1", "k2", "k3", "selector1", "selector2"),
    *("google", "fm1", "protonmail", "mg", "pm", "pic", "mailo", "brevo1", "mailjet", "resend", "zoho", "zmail"),
)


class Unreachable(Exception):
    """No name server answers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Of one record: what is there, or what is wrong and what should be put where."""

    record: str
    said: str
    todo: str = ""

    @property
    def is_right(self) -> bool:
        return not self.todo


@dataclass(frozen=True, slots=True)
class Sender:
    """Where mail comes from: the domain that readers see, the envelope's, and the server that takes it from us."""

    domain: str
    envelope: str
    server: str = ""


def resolver_of(address: str = "", port: int = 53) -> dns.resolver.Resolver:
    """The machine's own, or this name server."""
    try:
        resolver = dns.resolver.Resolver(configure=not address)
    except dns.resolver.NoResolverConfiguration as error:
        raise Unreachable from error
    if address:
        resolver.nameservers, resolver.port = [address], port
    resolver.lifetime = PATIENCE
    return resolver


def look(sender: Sender, resolver: dns.resolver.Resolver, selector: str = "") -> Iterator[Finding]:
    """A finding for each record. Raises Unreachable."""
    yield _mx(sender, resolver)
    yield _spf(sender, resolver)
    yield _dkim(sender, resolver, selector)
    yield _dmarc(sender, resolver)


def _mx(sender: Sender, resolver: dns.resolver.Resolver) -> Finding:
    found = [str(one.exchange).rstrip(".") for one in _ask(resolver, sender.envelope, "MX")]
    if found == [""]:
        return Finding("MX", "says that the domain takes no mail (RFC 7505)", "an MX record: what comes back is lost")
    if found:
        return Finding("MX", f"mail to {sender.envelope} goes to {', '.join(sorted(found))}")
    if _ask(resolver, sender.envelope, "A") or _ask(resolver, sender.envelope, "AAAA"):
        return Finding("MX", f"missing; mail to {sender.envelope} goes to the host of that name")
    todo = f"{sender.envelope}. MX 10 mail.{sender.envelope}.  (the host that takes your mail)"
    return Finding("MX", "missing: what comes back is lost, and some servers refuse mail from such a domain", todo)


def _spf(sender: Sender, resolver: dns.resolver.Resolver) -> Finding:
    found = _texts(resolver, sender.envelope, "v=spf1")
    who = f"a:{sender.server}" if sender.server else "include:NAME"
    todo = f'{sender.envelope}. TXT "v=spf1 {who} ~all"  (or with the include that your provider names)'
    if len(found) != 1:
        return Finding("SPF", "there are several, so none counts" if found else "missing", todo)
    terms = found[0].lower().split()[1:]
    if any(term in ("all", "+all") for term in terms):
        return Finding("SPF", "lets everybody send in your name (+all)", todo)
    if sum(term.lstrip("+-~?").startswith(LOOKUPS) and term != "all" for term in terms) > MOST_LOOKUPS:
        return Finding("SPF", f"needs more than {MOST_LOOKUPS} look-ups, so it does not count", todo)
    return Finding("SPF", found[0])


def _dkim(sender: Sender, resolver: dns.resolver.Resolver, selector: str) -> Finding:
    for name in [selector] if selector else USUAL:
        where = f"{name}._domainkey.{sender.domain}"
        for text in _texts(resolver, where):
            tags = _tags(text)
            if tags.get("v", "DKIM1") == "DKIM1" and tags.get("p"):
                return Finding("DKIM", f"a key at {where}")
            if "p" in tags:
                return Finding("DKIM", f"the key at {where} was revoked", f"at {where}, the key of who signs your mail")
    where = f"{selector or 'NAME'}._domainkey.{sender.domain}"
    said = "missing" if selector else "not found under a usual name; --selector NAME looks for yours"
    return Finding("DKIM", said, f'{where}. TXT "v=DKIM1; k=rsa; p=KEY"  (name and key come from who signs your mail)')


def _dmarc(sender: Sender, resolver: dns.resolver.Resolver) -> Finding:
    """The domain's own, or that of one above it."""
    todo = f'_dmarc.{sender.domain}. TXT "v=DMARC1; p=none; rua=mailto:ADDRESS"  (later p=quarantine)'
    labels = sender.domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        domain = ".".join(labels[start:])
        found = _texts(resolver, f"_dmarc.{domain}", "v=dmarc1")
        if len(found) > 1:
            return Finding("DMARC", "there are several, so none counts", todo)
        if found:
            policy = _tags(found[0]).get("p", "").lower()
            is_known = policy in ("none", "quarantine", "reject")
            return Finding("DMARC", found[0] if is_known else "names no policy (p=)", "" if is_known else todo)
    return Finding("DMARC", "missing", todo)


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _texts(resolver: dns.resolver.Resolver, name: str, begins: str = "") -> list[str]:
    """The TXT records there, put together, that begin with this word."""
    texts = [b"".join(one.strings).decode("ascii", "replace").strip() for one in _ask(resolver, name, "TXT")]
    return [text for text in texts if not begins or text.lower().replace(";", " ").split(" ")[0] == begins]


def _ask(resolver: dns.resolver.Resolver, name: str, kind: str) -> list[dns.resolver.Answer]:
    try:
        return list(resolver.resolve(name, kind, search=False, raise_on_no_answer=False))
    except (dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
        return []
    except dns.exception.DNSException as error:  # nobody answers, or nobody who knows
        raise Unreachable from error
