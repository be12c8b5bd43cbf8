"""/help/: the helplines of the admin, and a page that is never empty."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from advice import helplines
from advice.site_models import Helpline

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def line(**columns: Any) -> Helpline:
    return Helpline.objects.create(
        **{
            "country": "Norway",
            "kind": "crisis",
            "name": "Kirkens SOS",
            "number": "22 40 00 40",
            "source": "kirkens-sos.no",
            "confirmed_on": date(2026, 11, 1),
            **columns,
        }
    )


@pytest.fixture
def none(db: None) -> None:
    Helpline.objects.all().delete()


def page(client: Client) -> str:
    response = client.get("/help/")
    assert response.status_code == 200
    return response.content.decode()


def migrate() -> None:
    import_module("advice.migrations.0004_helplines").fill(apps, None)
    import_module("advice.migrations.0005_helplines_for_children").add(apps, None)


# --- What a new site has --------------------------------------------------------------------------------------------


def test_a_new_site_has_the_shipped_helplines(none: None) -> None:
    migrate()
    kept = [(row.order, row.country, row.name, row.number, row.source) for row in Helpline.objects.order_by("order")]
    assert kept == [(row.order, row.country, row.name, row.number, row.source) for row in helplines.shipped()]
    assert len(kept) == 27


@pytest.mark.parametrize("language", ["en-gb", "de"])
def test_children_have_a_line_in_every_shipped_country(settings: Any, language: str) -> None:
    settings.LANGUAGE_CODE = language
    countries = {row.country for row in helplines.shipped() if row.country}
    assert {row.country for row in helplines.shipped() if row.kind == "child"} == countries


def test_a_site_that_is_there_already_gets_those_for_children_behind_the_owners_own(none: None) -> None:
    line(country="Ireland", order=900)
    line(country="ireland", name="Childline", number="1800-666-666", order=901)
    line(country="United Kingdom", order=7)
    line(country="", order=1_000)
    import_module("advice.migrations.0005_helplines_for_children").add(apps, None)
    added = Helpline.objects.filter(kind="child")
    assert [(row.country, row.number, row.order) for row in added] == [("United Kingdom", "0800 1111", 12)]
    import_module("advice.migrations.0005_helplines_for_children").add(apps, None)
    assert added.count() == 1


def test_helplines_of_the_owner_are_left_as_they_are(none: None) -> None:
    line()
    import_module("advice.migrations.0004_helplines").fill(apps, None)
    assert Helpline.objects.count() == 1


@pytest.mark.parametrize("language", ["de", "de-at"])
def test_a_new_site_in_german_has_helplines_in_german(client: Client, none: None, settings: Any, language: str) -> None:
    settings.LANGUAGE_CODE = language
    migrate()
    countries = list(dict.fromkeys(Helpline.objects.order_by("order").values_list("country", flat=True)))
    assert countries == ["Deutschland", "Österreich", "Schweiz", ""]
    assert "Kostenlos, Tag und Nacht." in page(client)


@pytest.mark.parametrize("language", ["en-gb", "de"])
def test_every_shipped_helpline_is_whole_and_says_where_it_was_checked(settings: Any, language: str) -> None:
    settings.LANGUAGE_CODE = language
    for row in helplines.shipped():
        row.full_clean(exclude=["id"])
        assert row.source
        assert row.confirmed_on <= timezone.localdate()
        assert not row.number or row.dial


# --- The page -------------------------------------------------------------------------------------------------------


def test_a_number_can_be_called_and_says_when_and_for_whom(client: Client, none: None) -> None:
    line(hours="Day and night.", about="Whatever troubles you.")
    html = page(client)
    assert '<h2 id="norway">Norway</h2>' in html
    assert '<a href="#norway">Norway</a>' in html
    assert '<a href="tel:22400040" dir="ltr">22 40 00 40</a>' in html
    assert "Whatever troubles you. Day and night." in html


def test_a_page_of_its_own_is_linked_by_its_host(client: Client, none: None) -> None:
    line(number="", address="https://www.sos.example/chat?x=1&y=2")
    assert '<a href="https://www.sos.example/chat?x=1&amp;y=2" rel="noopener">sos.example</a>' in page(client)


def test_countries_stand_in_the_owners_order_and_everywhere_else_last(none: None) -> None:
    line(country="", name="Worldwide", order=1)
    line(country="Norway", order=3)
    line(country="Denmark", order=2)
    line(country="Norway", name="Second", order=4)
    found = helplines.directory().countries
    assert [(country.name, len(country.lines)) for country in found] == [("Denmark", 1), ("Norway", 2), ("", 1)]


@pytest.mark.parametrize(
    ("name", "anchor"),
    [("New Zealand", "new-zealand"), ("日本", "日本"), ("!", "elsewhere"), ("Côte d’Ivoire", "côte-divoire")],
)
def test_every_country_has_an_anchor(none: None, name: str, anchor: str) -> None:
    line(country=name)
    assert helplines.directory().countries[0].anchor == anchor


def test_one_country_spelt_in_two_ways_has_one_anchor(client: Client, none: None) -> None:
    line(country="Norway", order=1)
    line(country="norway", order=2)
    assert page(client).count('id="norway"') == 1


def test_the_oldest_confirmation_is_the_one_that_is_said(client: Client, none: None) -> None:
    line(country="", confirmed_on=date(2026, 3, 4))
    line(confirmed_on=date(2024, 2, 1))
    assert "on 1 Feb 2024 or later" in page(client)


def test_the_number_of_helplines_is_bounded(client: Client, none: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helplines, "LINES", 3)
    for number in range(5):
        line(country="", name=f"Line {number}", order=number)
    html = page(client)
    assert "Line 2" in html
    assert "Line 3" not in html


def test_what_the_owner_writes_is_text(client: Client, none: None) -> None:
    line(name="<script>x</script>", country='"><b>', about="<i>", hours="&")
    html = page(client)
    assert "<script>x" not in html
    assert "<b>" not in html


# --- Those that fit -------------------------------------------------------------------------------------------------


def fitting(*topics: str) -> list[str]:
    return [row.name for row in helplines.directory().countries[0].fitting(topics).lines]


def test_what_somebody_may_need_help_with_chooses_the_lines_after_the_emergency_number(none: None) -> None:
    for kind in ("crisis", "abuse", "child", "emergency"):
        line(kind=kind, name=kind)
    assert fitting("self_harm") == ["emergency", "crisis"]
    assert fitting("stalking") == fitting("violence") == fitting("abuse") == ["emergency", "abuse"]
    assert fitting("minor", "self_harm") == ["emergency", "crisis", "child"]
    assert fitting("never heard of") == fitting() == ["emergency", "crisis"]


def test_a_country_without_such_a_line_has_somebody_to_talk_to(none: None) -> None:
    line(kind="crisis", name="crisis")
    line(kind="abuse", name="abuse")
    assert fitting("minor") == ["crisis"]
    assert fitting("minor", "abuse") == ["crisis", "abuse"]
    Helpline.objects.filter(kind="crisis").delete()
    line(kind="emergency", name="emergency")
    assert fitting("minor") == ["abuse", "emergency"]


# --- Never empty ----------------------------------------------------------------------------------------------------


def test_without_rows_the_directories_and_the_advice_stay(client: Client, none: None) -> None:
    html = page(client)
    assert "findahelpline.com" in html
    assert "befrienders.org" in html
    assert "112 in the European Union" in html
    assert "Samaritans" not in html


def test_a_country_alone_does_not_take_the_directories_away(client: Client, none: None) -> None:
    line()
    assert "findahelpline.com" in page(client)


def test_without_the_database_the_shipped_helplines_are_shown(client: Client) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        html = page(client)
    assert "116 123" in html
    assert "befrienders.org" in html


def test_it_says_what_the_history_keeps_and_how_to_leave(client: Client) -> None:
    html = page(client)
    assert "history still shows that you were here" in html
    assert "<kbd>Shift</kbd> three times" in html


def test_it_takes_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(8):
        client.get("/help/")


@pytest.mark.parametrize("address", ["/", "/guidelines/", "/privacy/", "/q/", "/nowhere/"])
def test_help_is_near_on_every_page(client: Client, address: str) -> None:
    header, _, rest = client.get(address).content.decode().partition("<main")
    assert 'href="/help/"' in header
    assert 'href="/help/"' in rest.partition("<footer")[2]


def test_help_is_near_where_somebody_writes(client: Client, article: Any) -> None:
    html = client.get(article.get_absolute_url()).content.decode()
    assert 'href="/help/"' in html.partition('id="respond"')[2].partition("</form>")[0]


# --- The admin ------------------------------------------------------------------------------------------------------

LIST = "/admin/advice/helpline/"


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def typed(**changes: str) -> dict[str, str]:
    return {
        "country": "Norway",
        "kind": "crisis",
        "name": "Kirkens SOS",
        "number": "22 40 00 40",
        "address": "",
        "hours": "",
        "about": "",
        "order": "5",
        "source": "kirkens-sos.no",
        "confirmed_on": "2026-11-01",
        **changes,
    }


def test_the_list_marks_what_nobody_has_checked_for_a_year(as_sarah: Client, none: None) -> None:
    today = timezone.localdate()
    line(name="Fresh", confirmed_on=today - timedelta(days=365))
    due = line(name="Old", confirmed_on=today - timedelta(days=366))
    html = as_sarah.get(LIST).content.decode()
    assert html.count("confirm again</td>") == 1
    assert [row.pk for row in as_sarah.get(LIST, {"due": "yes"}).context["cl"].result_list] == [due.pk]


def test_what_was_checked_today_says_so(as_sarah: Client, none: None) -> None:
    one, other = line(confirmed_on=date(2020, 1, 1)), line(name="Other", confirmed_on=date(2020, 1, 1))
    as_sarah.post(LIST, {"action": "confirm", "_selected_action": [one.pk]})
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.confirmed_on == timezone.localdate()
    assert other.confirmed_on == date(2020, 1, 1)


def test_a_moderator_adds_one(as_sarah: Client, none: None) -> None:
    assert as_sarah.post(f"{LIST}add/", typed()).status_code == 302
    assert Helpline.objects.get().dial == "22400040"


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "1800 RESPECT"},
        {"number": "116 123 or 999"},
        {"number": ""},
        {"source": ""},
        {"confirmed_on": "2999-01-01"},
        {"confirmed_on": ""},
        {"address": "javascript:alert(1)", "number": ""},
    ],
)
def test_a_helpline_that_nobody_can_reach_or_check_is_refused(
    as_sarah: Client, none: None, changes: dict[str, str]
) -> None:
    assert as_sarah.post(f"{LIST}add/", typed(**changes)).status_code == 200
    assert not Helpline.objects.exists()


def test_the_order_is_changed_in_the_list(as_sarah: Client, none: None) -> None:
    row = line(order=3)
    data = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": row.pk, "form-0-order": 7, "_save": "Save"}
    assert as_sarah.post(LIST, data).status_code == 302
    row.refresh_from_db()
    assert row.order == 7


def test_others_may_not_change_them(client: Client) -> None:
    assert client.get(LIST).status_code == 302
