"""Names of hosts: how they end, and those that everybody knows."""

# No sentence begins with these where somebody leaves out the blank, as in “with him.So”.
_ENDINGS = """
com net org info biz example xyz icu vip top io co ru ua su cn tk ml ga cf gq uk de fr nl pl cz br ng za blog tech
store dev app pro
"""
# Words, and the rest of the countries: a host where there is a path, a digit, a hyphen or a third part.
_WORDS = """
site online shop club live fun win bet date news link click space website world life today love cash loan money
digital agency support help work chat dating sex cam porn wiki page email cloud host press review reviews trade
market media center casino poker games game plus one red blue tv cc ws me to is it in at us ca au nz ie es pt ch be
se no fi dk gr hu ro bg rs hr si sk lt lv ee tr il ir ae sa eg ma ke gh tz ug cm ci sn id my ph sg th vn jp kr tw hk
pk bd lk np kz by md ge am az mx ar cl pe ve ec uy py bo gl gd gs la lc li lu ly mn mu nu pm pw sc sh st sx tc tf tl
vc vg fm gg im je eu asia mobi name tel travel jobs int edu gov
"""
_SHORTENING = """
bit.ly tinyurl.com t.co goo.gl is.gd v.gd ow.ly buff.ly cutt.ly rb.gy tiny.cc shorturl.at shrtco.de lnkd.in t.ly
s.id rebrand.ly bl.ink adf.ly soo.gd qr.ae clck.ru u.to dub.sh
"""
_MESSAGING = """
t.me telegram.me telegram.dog wa.me chat.whatsapp.com api.whatsapp.com discord.gg discord.com m.me line.me viber.com
snapchat.com signal.me join.skype.com vk.me onlyfans.com
"""
# Many a reader links there, and many a spammer: that one did says nothing of the next.
_KNOWN = """
youtube.com youtu.be wikipedia.org google.com facebook.com instagram.com tiktok.com twitter.com x.com reddit.com
pinterest.com spotify.com amazon.com amazon.co.uk amazon.de imdb.com ted.com medium.com substack.com goodreads.com
bbc.co.uk bbc.com theguardian.com nytimes.com nhs.uk gov.uk who.int psychologytoday.com meetup.com apple.com
samaritans.org findahelpline.com befrienders.org 988lifeline.org thehotline.org mensadviceline.org.uk
nationaldahelpline.org.uk refuge.org.uk womensaid.org.uk womensaid.ie lifeline.org.au 1800respect.org.au
telefonseelsorge.de hilfetelefon.de
"""
ENDINGS, WORDS = frozenset(_ENDINGS.split()), frozenset(_WORDS.split())
_SHORTENERS, _MESSENGERS, WELL_KNOWN = (frozenset(part.split()) for part in (_SHORTENING, _MESSAGING, _KNOWN))


def is_well_known(host: str) -> bool:
    """Whether the host is one that everybody links to, or below one."""
    return not _above(host).isdisjoint(WELL_KNOWN)


def best_known(host: str) -> str:
    """The host that everybody knows above this one, “youtube.com” for “m.youtube.com”; else the host itself."""
    return next(iter(_above(host) & WELL_KNOWN), host)


def is_shared(host: str) -> bool:
    """Whether all sorts of people have something there, so that it says nothing of who they are."""
    return not _above(host).isdisjoint(WELL_KNOWN | _SHORTENERS | _MESSENGERS)


def is_shortener(host: str) -> bool:
    """Whether it hides where it leads."""
    return host in _SHORTENERS


def is_below(host: str, above: str) -> bool:
    """Whether a host is this one, or below it."""
    return above in _above(host)


def _above(host: str) -> set[str]:
    """The host itself and all hosts above it."""
    parts = host.split(".")
    return {".".join(parts[number:]) for number in range(len(parts))}
