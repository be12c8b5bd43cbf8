"""Saved and copied pages of a WordPress site, with comments in the forms that themes have."""

from typing import Any

ADDRESS = "https://old.example/2019/03/first-steps/"


def html(*comments: str, **parts: str) -> str:
    """A page with these items in its list of comments; `article`, `title` and `count` in place of the usual."""
    article = parts.get("article", "<h2>Rest</h2><p>Sleep first. <em>Then</em> walk.</p>")
    listed = f'<ol class="comment-list">{"".join(comments)}</ol>' if comments else ""
    return f"""<!DOCTYPE html>
<html lang="en-US"><head><meta charset="utf-8"><title>{parts.get("title", "First steps")} – Old site</title>
<link rel="canonical" href="{ADDRESS}"><meta name="description" content="In short.">
</head>
<body class="single postid-3">
<nav><ul><li><a href="/">Home</a></li></ul></nav><h1 class="site-title">Old site</h1>
<main><article id="post-3"><header><h1 class="entry-title">{parts.get("title", "First steps")}</h1>
<span class="byline author vcard"><a class="url fn" href="https://old.example/author/ida/">Ida Berg</a></span>
<time class="entry-date published" datetime="2019-03-04T09:00:00+00:00">March 4, 2019</time></header>
<div class="entry-content">{article}<div class="sharedaddy"><h3>Share this</h3></div></div>
<footer class="entry-footer">Filed under Calm</footer></article>
<aside><h2>Newest comments</h2><ul><li class="recentcomments">Mo on First steps</li></ul></aside>
<div id="comments"><h2 class="comments-title">{parts.get("count", "3 thoughts on “First steps”")}</h2>{listed}
<div id="respond" class="comment-respond"><h3>Leave a Reply</h3><form><p>Your name</p></form></div></div></main>
<footer>Cookies</footer></body></html>"""


def comment(pk: int, text: str = "<p>How do I begin?</p>", *replies: str, **parts: Any) -> str:
    """As WordPress writes it in HTML5."""
    depth, name = parts.get("depth", 1), parts.get("name", "Mo")
    user = f"byuser comment-author-{parts['user']} bypostauthor " if "user" in parts else ""
    when = parts.get("when", '<time datetime="2019-03-05T10:00:00+00:00">March 5, 2019</time>')
    return (
        f'<li id="comment-{pk}" class="comment {user}even depth-{depth}"><article id="div-comment-{pk}" '
        'class="comment-body"><footer class="comment-meta"><div class="comment-author vcard"><img alt="" src="/mo.png">'
        f'<b class="fn">{name}</b> <span class="says">says:</span></div><div class="comment-metadata">'
        f'<a href="#comment-{pk}">{when}</a></div></footer><div class="comment-content">{text}</div>'
        '<div class="reply"><a class="comment-reply-link" href="#respond">Reply</a></div></article>'
        f"{children(*replies)}</li>"
    )


def classic(pk: int, text: str, *replies: str, depth: int = 1) -> str:
    """As WordPress wrote it until 2013, and writes it where a theme says nothing."""
    return (
        f'<li class="comment even depth-{depth}" id="comment-{pk}"><div id="div-comment-{pk}" class="comment-body">'
        '<div class="comment-author vcard"><cite class="fn"><a href="http://mo.example" class="url">Mo</a></cite> '
        '<span class="says">says:</span></div><div class="comment-meta commentmetadata">'
        f'<a href="#comment-{pk}">March 5, 2019 at 10:00 am</a></div>{text}'
        f'<div class="reply"><a href="#respond">Reply</a></div></div>{children(*replies)}</li>'
    )


def block(pk: int, text: str, *replies: str, depth: int = 1) -> str:
    """As the themes of blocks have it."""
    inner = f"<ol>{''.join(replies)}</ol>" if replies else ""
    return (
        f'<li id="comment-{pk}" class="comment even depth-{depth}"><div class="wp-block-columns">'
        '<div class="wp-block-comment-author-name"><a href="http://mo.example">Mo</a></div>'
        '<div class="wp-block-comment-date"><time datetime="2019-03-05T10:00:00+00:00">March 5, 2019</time></div>'
        f'<div class="wp-block-comment-content">{text}</div>'
        f'<div class="wp-block-comment-reply-link"><a href="#">Reply</a></div></div>{inner}</li>'
    )


def apart(pk: int, text: str, *replies: str, depth: int = 1) -> str:
    """With number and classes on different elements, and two boxes of one name, as some themes have it."""
    return (
        f'<li id="comment-{pk}" class="comment-container"><article class="comment depth-{depth} comment-body">'
        '<div class="comment-content"><div class="comment-author"><h3 class="comment-link">Mo</h3>'
        '<span class="comment-meta"><span class="comment-date">5 Mar 2019</span><a class="comment-reply-link">Reply</a>'
        f'</span></div><div class="comment-entry"><div class="comment-content">{text}</div></div></div></article>'
        f"{children(*replies)}</li>"
    )


def old(pk: int, text: str, *_: str, depth: int = 1) -> str:
    """As the first themes had it, which knew no replies."""
    return (
        f'<li class="alt" id="comment-{pk}"><cite><a href="http://mo.example">Mo</a></cite> Says:<br />'
        f'<small class="commentmetadata"><a href="#comment-{pk}">March 5th, 2019 at 10:00 am</a></small>{text}</li>'
    )


def children(*replies: str) -> str:
    return f'<ol class="children">{"".join(replies)}</ol>' if replies else ""


TEXT = """First steps

Sleep first.

Rest

Then walk. Twice a day.

This Post Has 3 Comments

  1. Mo

    How do I begin?

    What helped me:

    1. tea
    2. walks

    1. Ida

      Slowly.

  2. Jo

    And I?
    Where?

Leave a Reply
"""
