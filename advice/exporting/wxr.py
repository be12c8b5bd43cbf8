"""All articles and comments as WordPress's own importer reads them (WXR 1.2), so that whoever leaves can leave.

What WordPress has no place for is in the other export: private links, the log, which answer helped. Nothing here says
where a reader was; addresses of mail are there only with `private`.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.text import slugify

from advice import identity
from advice.models import Article, OldAddress
from advice.site_models import Picture
from comments.models import Comment, moderator_name
from comments.reader_models import Situation

from . import snapshot
from .wxr_comments import Comments
from .wxr_text import NAME_SIZE, address, article_html, cdata, escaped, gmt, local, mail, named, widest

AT_ONCE = 10  # articles: each may have a million characters
# What WordPress's columns hold.
LOGIN_LENGTH = 60
TERM_SIZE = 200
_LOGIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _.-@")

_SPACES = (
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"'
)


def write(file: IO[bytes], *, private: bool, progress: Callable[[int], Any] = lambda _: None) -> Counter[str]:
    """Write the site into the file, as of one moment; how much of what. `progress` is told articles and comments."""
    counts: Counter[str] = Counter()
    with snapshot.held():
        for piece in _pieces(counts, private=private, progress=progress):
            file.write(piece.encode())
    return counts


def total(*, private: bool) -> int:
    """How many articles and comments there are, for a bar."""
    return Article.objects.count() + Comment.objects.count()


def _pieces(counts: Counter[str], *, private: bool, progress: Callable[[int], Any]) -> Iterator[str]:
    users = list(_users())
    logins = {user.pk: _login(user) for user in users}
    names, emails = {user.pk: moderator_name(user) for user in users}, {user.pk: user.email for user in users}
    comments = Comments(counts, names, emails, private)
    first_picture = (Article.objects.aggregate(last=Max("pk"))["last"] or 0) + 1  # posts and files share their numbers
    yield _head()
    for user in users:
        yield _author(user, logins[user.pk], private=private)
    for situation in Situation.objects.order_by("pk"):
        counts["situation"] += 1
        yield _category(situation)
    for picture in Picture.objects.order_by("pk").iterator():
        counts["picture"] += 1
        yield _attachment(picture, first_picture + picture.pk)
    for article in Article.objects.order_by("pk").prefetch_related("situations").iterator(chunk_size=AT_ONCE):
        counts["article"] += 1
        progress(1)
        yield _item(article, logins[article.author_id], first_picture)
        yield from comments.below(article.pk, progress)
        yield "</item>\n"
    yield "</channel>\n</rss>\n"


def _users() -> Any:
    """Whoever wrote an article or a comment with a login."""
    articles, comments = (model.objects.filter(author=OuterRef("pk")) for model in (Article, Comment))
    return get_user_model().objects.filter(Exists(articles) | Exists(comments)).order_by("pk")


def _login(user: Any) -> str:
    """A name to log in with that WordPress takes."""
    login = str(user.get_username())
    if set(login) <= _LOGIN and login.strip() and len(login) <= LOGIN_LENGTH:
        return login
    return f"{slugify(login)[:40] or 'user'}-{user.pk}"


def _head() -> str:
    site = identity.current()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {_SPACES}>\n<channel>\n'
        f"<title>{cdata(site.name)}</title>\n<link>{escape(settings.SITE_URL)}</link>\n"
        f"<description>{cdata(site.tagline)}</description>\n<pubDate>{format_datetime(timezone.now())}</pubDate>\n"
        f"<language>{settings.LANGUAGE_CODE}</language>\n<wp:wxr_version>1.2</wp:wxr_version>\n"
        f"<wp:base_site_url>{escape(settings.SITE_URL)}</wp:base_site_url>\n"
        f"<wp:base_blog_url>{escape(settings.SITE_URL)}</wp:base_blog_url>\n"
    )


def _author(user: Any, login: str, *, private: bool) -> str:
    return (
        f"<wp:author><wp:author_id>{user.pk}</wp:author_id><wp:author_login>{cdata(login)}</wp:author_login>"
        f"<wp:author_email>{cdata(mail(user.email) if private else '')}</wp:author_email>"
        f"<wp:author_display_name>{cdata(named(moderator_name(user), NAME_SIZE))}</wp:author_display_name>"
        f"<wp:author_first_name>{cdata(named(user.first_name, NAME_SIZE))}</wp:author_first_name>"
        f"<wp:author_last_name>{cdata(named(user.last_name, NAME_SIZE))}</wp:author_last_name></wp:author>\n"
    )


def _category(situation: Situation) -> str:
    return (
        f"<wp:category><wp:term_id>{situation.pk}</wp:term_id>"
        f"<wp:category_nicename>{cdata(situation.slug)}</wp:category_nicename>"
        "<wp:category_parent></wp:category_parent>"
        f"<wp:cat_name>{cdata(named(situation.name, TERM_SIZE))}</wp:cat_name>"
        f"<wp:category_description>{cdata(escaped(situation.description))}</wp:category_description></wp:category>\n"
    )


def _attachment(picture: Picture, number: int) -> str:
    name = cdata(escaped(picture.description))
    return (
        f"<item>\n<title>{name}</title>\n<link>{escape(widest(picture))}</link>\n<dc:creator></dc:creator>\n"
        f'<guid isPermaLink="false">{escape(widest(picture))}</guid>\n<description></description>\n'
        "<content:encoded></content:encoded>\n<excerpt:encoded></excerpt:encoded>\n"
        f"<wp:post_id>{number}</wp:post_id>\n<wp:post_date>{local(picture.uploaded_at)}</wp:post_date>\n"
        f"<wp:post_date_gmt>{gmt(picture.uploaded_at)}</wp:post_date_gmt>\n<wp:comment_status>closed"
        f"</wp:comment_status>\n<wp:ping_status>closed</wp:ping_status>\n<wp:post_name>{picture.name}</wp:post_name>\n"
        "<wp:status>inherit</wp:status>\n<wp:post_parent>0</wp:post_parent>\n<wp:menu_order>0</wp:menu_order>\n"
        "<wp:post_type>attachment</wp:post_type>\n<wp:post_password></wp:post_password>\n<wp:is_sticky>0</wp:is_sticky>"
        f"\n<wp:attachment_url>{escape(widest(picture))}</wp:attachment_url>\n"
        f"{_meta('_wp_attachment_image_alt', picture.description)}</item>\n"
    )


def _item(article: Article, login: str, first_picture: int) -> str:
    """An article up to its comments."""
    written = article.published_at or article.updated_at
    link = address(article.get_absolute_url())
    return (
        f"<item>\n<title>{cdata(escaped(article.title))}</title>\n<link>{escape(link)}</link>\n"
        f"<pubDate>{format_datetime(written)}</pubDate>\n<dc:creator>{cdata(login)}</dc:creator>\n"
        f'<guid isPermaLink="false">{escape(address(f"/?p={article.pk}"))}</guid>\n<description></description>\n'
        f"<content:encoded>{cdata(article_html(article))}</content:encoded>\n"
        f"<excerpt:encoded>{cdata(escaped(article.summary))}</excerpt:encoded>\n"
        f"<wp:post_id>{article.pk}</wp:post_id>\n<wp:post_date>{local(written)}</wp:post_date>\n"
        f"<wp:post_date_gmt>{gmt(article.published_at)}</wp:post_date_gmt>\n"
        f"<wp:post_modified>{local(article.updated_at)}</wp:post_modified>\n"
        f"<wp:post_modified_gmt>{gmt(article.updated_at)}</wp:post_modified_gmt>\n"
        f"<wp:comment_status>{'open' if article.comments_open else 'closed'}</wp:comment_status>\n"
        f"<wp:ping_status>closed</wp:ping_status>\n<wp:post_name>{article.slug}</wp:post_name>\n"
        f"<wp:status>{_status(article)}</wp:status>\n<wp:post_parent>0</wp:post_parent>\n"
        f"<wp:menu_order>0</wp:menu_order>\n<wp:post_type>{'post' if article.listed else 'page'}</wp:post_type>\n"
        "<wp:post_password></wp:post_password>\n<wp:is_sticky>0</wp:is_sticky>\n"
        f"{''.join(map(_sorted_under, article.situations.all()))}{_metas(article, first_picture)}"
    )


def _status(article: Article) -> str:
    if article.published_at is None:
        return "draft"
    return "publish" if article.is_published else "future"


def _sorted_under(situation: Situation) -> str:
    name = cdata(named(situation.name, TERM_SIZE))
    return f'<category domain="category" nicename={quoteattr(situation.slug)}>{name}</category>\n'


def _metas(article: Article, first_picture: int) -> str:
    """The picture above it; and the names it once had, from which WordPress leads on, wherever they stood."""
    metas = [_meta("_thumbnail_id", first_picture + article.lead_picture_id)] if article.lead_picture_id else []
    for path in OldAddress.objects.filter(article=article).order_by("pk").values_list("path", flat=True):
        name = path.rsplit("/", 1)[-1]
        if name and "?" not in path:
            metas.append(_meta("_wp_old_slug", name))
    return "".join(metas)


def _meta(key: str, value: object) -> str:
    return f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value>{cdata(value)}</wp:meta_value></wp:postmeta>\n"
