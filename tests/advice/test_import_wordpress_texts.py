"""What becomes of the texts in a WordPress export."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from advice.models import Article
from tests import wxr

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

BENCH = "https://old.example/wp-content/uploads/2019/03/bench.jpg"


@pytest.fixture
def cleaned(tmp_path: Path) -> Callable[..., str]:
    """A text as it is kept here, in one line; `others` are what else the export holds."""

    def cleaned(text: str, *others: str) -> str:
        export = wxr.export(wxr.item(3, content=text), *others)
        call_command("import_wordpress", str(wxr.write(tmp_path, export)))
        return Article.objects.get(source_id="3").body.replace("\n\n", "")

    return cleaned


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("One\nline\n\n\nTwo", "<p>One<br>line</p><p>Two</p>"),
        ("One<br />\nline", "<p>One<br>line</p>"),
        ("<h2>Rest</h2>\nSleep <b>first</b>.", "<h2>Rest</h2><p>Sleep <b>first</b>.</p>"),
        ("<ul>\n<li>One\nline</li>\n<li>Two<ul><li>Deep</li></ul></li>\n</ul>",
         "<ul><li>One<br>line</li><li>Two<ul><li>Deep</li></ul></li></ul>"),
        ("<blockquote>One\n\nTwo<blockquote>In it</blockquote></blockquote>",
         "<blockquote><p>One</p><p>Two</p><blockquote><p>In it</p></blockquote></blockquote>"),
        ("<div class='x'><div>One</div> two</div>", "<p>One</p><p>two</p>"),
        ("<p>Kept\nwrapped</p>\n\n<p></p><p>&nbsp;</p>", "<p>Kept\nwrapped</p>"),
        ("<pre>a\n\n  b</pre>After", "<pre>a\n\n  b</pre><p>After</p>".replace("\n\n", "")),
        ("Above<!--more-->\n\nBelow<!--nextpage-->", "<p>Above</p><p>Below</p>"),
        ("<table><tr><td>One\n\nTwo</td><td></td></tr></table>",
         "<table><tbody><tr><td><p>One</p><p>Two</p></td><td></td></tr></tbody></table>"),
        ("<center><font color=red>Loud</font></center>", "<p>Loud</p>"),
        ("<details><summary>More</summary>Hidden</details>", "<p><strong>More</strong></p><p>Hidden</p>"),
    ],
)  # fmt: skip
def test_paragraphs_are_made_as_wordpress_makes_them(cleaned: Any, written: str, kept: str) -> None:
    assert cleaned(written) == kept


def test_blocks_leave_their_html(cleaned: Any) -> None:
    assert (
        cleaned(
            '<!-- wp:heading {"level":3} -->\n<h3 class="wp-block-heading">Rest</h3>\n<!-- /wp:heading -->\n'
            '<!-- wp:columns --><div class="wp-block-columns"><div class="wp-block-column"><p>Left\nside</p></div>'
            '<div class="wp-block-column"><p>Right</p></div></div><!-- /wp:columns -->\n'
            '<!-- wp:spacer --><div style="height:9px" aria-hidden="true"></div><!-- /wp:spacer -->'
            '<div class="wp-block-button"><a class="wp-block-button__link" href="https://a.example/">Go</a></div>'
            "<!-- wp:latest-posts /-->"
        )
        == '<h3>Rest</h3><p>Left\nside</p><p>Right</p><p><a href="https://a.example/">Go</a></p>'
    )


def test_a_gallery_of_blocks_is_pictures_below_each_other(cleaned: Any) -> None:
    figures = '<figure><img src="/a.jpg" alt="A"></figure><figure><img src="/b.jpg" alt="B"></figure>'
    gallery = f"<!-- wp:gallery --><figure>{figures}<figcaption>Both</figcaption></figure><!-- /wp:gallery -->"
    assert cleaned(gallery) == f"{figures}<p>Both</p>"


def test_a_reusable_block_stands_where_it_is_named_also_one_that_comes_later(cleaned: Any) -> None:
    reusable = wxr.item(12, post_type="wp_block", content='<p>Again.</p><!-- wp:block {"ref":12} /-->')
    assert cleaned('<!-- wp:block {"ref":12} /--><p>Once.</p>', reusable) == "<p>Again.</p>" * 5 + "<p>Once.</p>"


def test_blocks_that_name_each_other_do_not_grow_without_end(cleaned: Any) -> None:
    many = '<!-- wp:block {"ref":12} /-->' * 200
    assert len(cleaned(f"<p>a</p>{many}", wxr.item(12, post_type="wp_block", content=f"<p>b</p>{many}"))) < 10_000


def test_footnotes_come_to_the_end(cleaned: Any) -> None:
    notes = '[{"content":"A <em>source<\\/em>.","id":"x1"}]'
    item = wxr.item(4, wxr.meta("footnotes", notes), content='<p>So<sup data-fn="x1"><a href="#x1">1</a></sup></p>\n<!-- wp:footnotes /-->')  # fmt: skip # noqa: E501
    cleaned("", item)
    body = Article.objects.get(source_id="4").body.replace("\n\n", "")
    assert body == "<p>So<sup>1</sup></p><hr><ol><li>A <em>source</em>.</li></ol>"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('[caption id="a" width="300"]<img src="/x.jpg" alt="Us" class="y" /> The <em>two</em>[/caption] After',
         '<figure><img src="/x.jpg" alt="Us"><figcaption>The <em>two</em></figcaption></figure><p>After</p>'),
        ("[embed]https://video.example/1[/embed]",
         '<p><a href="https://video.example/1">https://video.example/1</a></p>'),
        ('[audio mp3="https://old.example/a.mp3"][/audio]',
         '<p><a href="https://old.example/a.mp3">https://old.example/a.mp3</a></p>'),
        ('[code lang="php"]&lt;b&gt; [x]\n\n<i>[/code]', "<pre><code>&lt;b&gt; [x]&lt;i&gt;</code></pre>"),
        ("[toc]Text [su_box title='Hi']in a [b_x]box[/b_x][/su_box] stays", "<p>Text in a box stays</p>"),
        ("Sic [sic], [1], [...] and [ex-he] [[gallery]]", "<p>Sic [sic], [1], [...] and [ex-he] [gallery]</p>"),
        ("<code>[gallery]</code>", "<p><code>[gallery]</code></p>"),
        ('<a href="https://a.example/[x]/">Link</a>', '<p><a href="https://a.example/[x]/">Link</a></p>'),
    ],
)  # fmt: skip
def test_shortcodes_become_html_or_go(cleaned: Any, written: str, kept: str) -> None:
    assert cleaned(written) == kept


def test_galleries_show_the_uploads_they_name_or_those_of_the_article(cleaned: Any) -> None:
    bench = wxr.upload(11, BENCH, alt="A bench", post_parent=3)
    other = wxr.upload(12, BENCH.replace("bench", "mug"), alt="A mug", excerpt="<em>Hot</em>")
    figures = [f'<figure><img src="{BENCH}" alt="A bench"></figure>',
               f'<figure><img src="{BENCH.replace("bench", "mug")}" alt="A mug"><figcaption><em>Hot</em></figcaption></figure>']  # fmt: skip # noqa: E501
    assert cleaned('[gallery ids="12,99,11"]\n\nThen\n\n[gallery]', bench, other) == (
        figures[1] + figures[0] + "<p>Then</p>" + figures[0]
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("See\n\nhttps://youtu.be/abc\n\nand https://b.example/",
         '<p>See</p><p><a href="https://youtu.be/abc">https://youtu.be/abc</a></p><p>and https://b.example/</p>'),
        ('<p><iframe src="//www.youtube.com/embed/xyz?rel=0" title="A talk"></iframe></p>',
         '<p><a href="https://www.youtube.com/watch?v=xyz">A talk</a></p>'),
        ('<object><param name="movie"><embed src="http://www.youtube.com/v/xyz"></object>',
         '<p><a href="https://www.youtube.com/watch?v=xyz">https://www.youtube.com/watch?v=xyz</a></p>'),
        ('<video controls><source src="https://old.example/v.mp4"></video>',
         '<p><a href="https://old.example/v.mp4">https://old.example/v.mp4</a></p>'),
        ("<script>x()</script><form><input>Search</form><p>Text</p>", "<p>Text</p>"),
        ('<p><img src="data:image/gif;base64,R0" data-src="/b.jpg" alt="B"></p>', '<p><img src="/b.jpg" alt="B"></p>'),
        ('<p><a href="#part">Part</a> <a href="javascript:x()">Run</a></p>', "<p>Part Run</p>"),
    ],
)  # fmt: skip
def test_what_would_load_from_elsewhere_becomes_a_link_or_goes(cleaned: Any, written: str, kept: str) -> None:
    assert cleaned(written) == kept


def test_the_report_says_what_was_met(tmp_path: Path, capsys: Any) -> None:
    text = "[toc][toc]<form>x</form><iframe src='https://maps.example/'></iframe><!-- wp:latest-posts /-->"
    call_command("import_wordpress", str(wxr.write(tmp_path, wxr.export(wxr.item(3, content=text)))))
    said = capsys.readouterr().out
    for met in ("[toc] 2", "<form> 1", "<iframe> of maps.example 1", "block latest-posts 1"):
        assert met in said


@pytest.mark.parametrize(
    "piece", ["[code]", "<pre>", "<!-- wp:a ", "[a_b]x[/a_b", "<div>", "<b>", "[gallery]", "[x y=", "<a href='[", "[["]
)
def test_what_never_ends_takes_no_time_without_end(cleaned: Any, piece: str) -> None:
    cleaned(piece * 20_000)
