"""A browser that is still sending when the server hangs up shows a network error, not our page."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from advice.middleware import body_limit

pytestmark = pytest.mark.django_db  # the page names the site


def unread(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Not here.", status=404)


@pytest.mark.parametrize(("size", "status"), [(900_000, 404), (5_000_000, 413)])
def test_a_body_that_nobody_wants_is_still_received_before_the_answer(
    rf: RequestFactory, size: int, status: int
) -> None:
    request = rf.post("/nowhere/", b"x" * size, content_type="text/plain")

    response = body_limit(unread)(request)

    assert response.status_code == status
    assert request.read(1) == b""


def test_receiving_ends_somewhere(rf: RequestFactory) -> None:
    request = rf.post("/nowhere/", b"x" * 10_000_001, content_type="text/plain")

    assert body_limit(unread)(request).status_code == 413
    assert request.read() == b"x"


def test_a_client_that_hangs_up_meanwhile_disturbs_nobody(rf: RequestFactory) -> None:
    class HungUp:
        def read(self, *args: int) -> bytes:
            raise ConnectionResetError

    request = rf.post("/nowhere/", b"x", content_type="text/plain")
    request._stream = HungUp()

    assert body_limit(unread)(request).status_code == 404


# --- Pictures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/admin/advice/picture/add/", 12_050_000, 404),
        ("/admin/advice/picture/add/", 12_200_000, 413),
        ("/admin/advice/picture/1/change/", 1_100_000, 413),
        ("/admin/advice/article/add/", 1_100_000, 413),
        ("/x/admin/advice/picture/add/", 1_100_000, 413),
    ],
)
def test_only_the_address_for_uploads_takes_more(rf: RequestFactory, path: str, size: int, status: int) -> None:
    request = rf.post(path, b"x" * size, content_type="multipart/form-data; boundary=x")

    response = body_limit(unread)(request)

    assert response.status_code == status
    if status == 413:
        assert ("12 MB" if path == "/admin/advice/picture/add/" else "1 MB") in response.content.decode()
