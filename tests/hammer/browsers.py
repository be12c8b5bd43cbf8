"""Readers and moderators as HTTP clients: they send what the site's forms send."""

import http.client
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

from comments import refusals

TIMEOUT = 30  # seconds; longer than any wait for a lock


class Browser:
    """One kept connection to the site, with cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.cookies: dict[str, str] = {}

    def request(self, method: str, path: str, fields: Any = None) -> tuple[int, str, str]:
        """Status, Location and text of the answer."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields, doseq=True)
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";", 1)[0].split("=", 1)
            self.cookies[name] = value
        return response.status, response.headers.get("Location") or "", text


class Reader(Browser):
    def post(self, slug: str, body: str, parent: int | None = None) -> int:
        """The status; raises what the page says where a thread is full or closed: by 403 alone all could be."""
        fields = {"name": "Ann", "email": "", "body": body, "parent": parent or "", "website": ""}
        status, _, page = self.request("POST", f"/{slug}/comments/", fields)
        for refused in (refusals.ThreadFull, refusals.ThreadClosed):
            if status == refused.status and str(refused.message) in unescape(page):
                raise refused
        return status


class Moderator(Browser):
    def log_in(self, username: str, password: str) -> None:
        _, _, page = self.request("GET", "/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, page[:500]
        fields = {"username": username, "password": password, "csrfmiddlewaretoken": token[1], "next": "/admin/"}
        status, _, _ = self.request("POST", "/admin/login/", fields)
        assert status == 302, status

    def send(self, path: str, fields: dict[str, Any]) -> int:
        fields = {**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        status, location, _ = self.request("POST", path, fields)
        assert not location.startswith("/admin/login/"), path
        return status

    def act(self, action: str, pks: list[int]) -> int:
        return self.send("/admin/comments/comment/", {"action": action, "_selected_action": pks})

    def answer(self, pk: int, body: str) -> int:
        return self.send(f"/admin/desk/{pk}/", {"body": body})

    def erase(self, pk: int) -> int:
        return self.send(f"/admin/desk/{pk}/erase/", {"confirmed": "1"})

    def move(self, pk: int, *, parent: int | None = None, article: str = "") -> int:
        place = "own" if parent is None else "below"
        return self.send(f"/admin/desk/{pk}/move/", {"place": place, "parent": parent or "", "article": article})
