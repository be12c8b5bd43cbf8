"""What moderators do to articles, pictures, helplines and the site itself is in the log, as are imports."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from advice.models import Article
from advice.site_models import Helpline
from comments.log_models import ModerationEvent
from comments.reader_models import Report, Situation
from tests import wxr
from tests.factories import ask, make_article, make_situation

pytestmark = pytest.mark.django_db
ARTICLES = "/admin/advice/article/"


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def form_of(client: Client, address: str, **changed: Any) -> dict[str, Any]:
    """What the admin's form at this address would send, with some fields changed."""
    page = client.get(address).context
    forms = [page["adminform"].form]
    for inline in page["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if bound.field.widget.__class__.__name__ == "AdminSplitDateTime":
                moment = timezone.localtime(value) if value else None
                data[f"{bound.html_name}_0"] = f"{moment:%Y-%m-%d}" if moment else ""
                data[f"{bound.html_name}_1"] = f"{moment:%H:%M:%S}" if moment else ""
            elif value is not None and value is not False:
                data[bound.html_name] = value
    return {**data, **changed}


def events() -> list[tuple[str, str, str, str, Any]]:
    rows = ModerationEvent.objects.filter(comment=None).order_by("pk")
    return [(row.verb, row.subject, row.before, row.after, row.by and row.by.get_username()) for row in rows]


def test_an_articles_columns_are_told_and_of_its_text_the_lengths(as_sarah: Client, article: Any) -> None:
    Article.objects.filter(pk=article.pk).update(body="x" * 2_234, published_at=timezone.now().replace(microsecond=0))
    address = f"{ARTICLES}{article.pk}/change/"
    data = form_of(as_sarah, address, title="Wait first", body="y" * 2_300)
    assert as_sarah.post(address, data).status_code == 302
    before = f"Title: {article.title}\nBody: 2,234 characters"
    after = "Title: Wait first\nBody: 2,300 characters"
    assert events() == [("change", "article “Wait first”", before, after, "sarah")]


def test_situations_of_an_article_are_told_by_name(as_sarah: Client, article: Any) -> None:
    left, silence = make_situation("Left"), make_situation("Silence")
    article.situations.set([left])
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now().replace(microsecond=0))
    address = f"{ARTICLES}{article.pk}/change/"
    as_sarah.post(address, form_of(as_sarah, address, situations=[silence.pk]))
    assert events()[0][2:4] == ("Situations: Left", "Situations: Silence")


def test_the_lists_actions_on_articles_are_one_act(as_sarah: Client) -> None:
    one, two = make_article(title="One"), make_article(title="Two")
    as_sarah.post(ARTICLES, {"action": "close_comments", "_selected_action": [one.pk, two.pk]})
    assert [event[:4] for event in events()] == [
        ("change", f"article “{title}”", "Questions open: yes", "Questions open: no") for title in ("One", "Two")
    ]
    assert len(set(ModerationEvent.objects.values_list("act"))) == 1
    as_sarah.post(ARTICLES, {"action": "unpublish", "_selected_action": [one.pk]})
    assert events()[-1][3].endswith(": nothing")


def test_the_sites_identity_and_menu_are_told_together(as_sarah: Client, article: Any) -> None:
    address = "/admin/advice/siteidentity/1/change/"
    data = form_of(as_sarah, address, tagline="Calm advice")
    data |= {"menu-0-place": "top", "menu-0-article": article.pk, "menu-0-label": "Start", "menu-0-order": 1}
    response = as_sarah.post(address, data)
    assert response.status_code == 302, response.context["errors"]
    verb, subject, before, after, by = events()[0]
    assert (verb, subject, by) == ("change", "site identity", "sarah")
    assert before == "Tagline: nothing"
    assert after.startswith("Tagline: Calm advice\n")
    assert "Label: Start" in after


def test_a_situation_is_added_changed_and_deleted(as_sarah: Client) -> None:
    as_sarah.post("/admin/comments/situation/add/", {"name": "Silence", "slug": "silence", "order": 0})
    chosen = [Situation.objects.get().pk]
    as_sarah.post(
        "/admin/comments/situation/", {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    )
    assert [event[:2] for event in events()] == [
        ("add", "situation “Silence”"),
        ("delete", "situation “Silence”"),
    ]


def test_a_helpline_changed_in_the_list_and_confirmed_by_action_is_told(as_sarah: Client) -> None:
    Helpline.objects.exclude(pk=Helpline.objects.order_by("pk")[0].pk).delete()
    line = Helpline.objects.get()
    Helpline.objects.update(confirmed_on=timezone.localdate() - timedelta(days=400))
    address = "/admin/advice/helpline/"
    data = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": line.pk, "form-0-order": line.order + 5}
    as_sarah.post(address, {**data, "_save": "Save"})
    as_sarah.post(address, {"action": "confirm", "_selected_action": [line.pk]})
    (_, subject, *order, _), (_, _, *day, _) = events()
    assert subject == f"helpline “{line}”"
    assert order == [f"Order: {line.order}", f"Order: {line.order + 5}"]
    assert day[1] == f"Confirmed on: {date.today()}"


def test_a_report_that_is_handled_is_told_once_with_its_reference(as_sarah: Client, article: Any) -> None:
    question = ask(article)
    report = Report.objects.create(
        comment=question, reason="other", details="SECRET", reference="ABCD-2345", reported_at=timezone.now()
    )
    for _ in range(2):
        as_sarah.post("/admin/comments/report/", {"action": "handled", "_selected_action": [report.pk]})
    told = ("deal_with", f"report ABCD-2345 on comment {question.pk}", "open", "handled", "sarah")
    assert events() == [told]


def test_an_import_is_one_entry_in_nobodys_name(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_wordpress", str(wxr.write(tmp_path, wxr.export(wxr.item(1)))))
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert events() == [("add", "import old.example", "", last, None)]
