"""A stock Django admin to compare the desk with: articles, comments, and what ModelAdmin gives without a line more."""

import os
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hammer import server

FILES = {
    "settings.py": """
        from pathlib import Path
        SECRET_KEY = "of a site that lives for a minute"
        DEBUG = True
        ALLOWED_HOSTS = ["127.0.0.1"]
        ROOT_URLCONF = "plain.urls"
        STATIC_URL = "/static/"
        DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3",
                                 "NAME": Path(__file__).parent / "db.sqlite3"}}
        INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                          "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles", "plain"]
        MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware",
                      "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                      "django.contrib.auth.middleware.AuthenticationMiddleware",
                      "django.contrib.messages.middleware.MessageMiddleware"]
        TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                      "OPTIONS": {"context_processors": ["django.template.context_processors.request",
                                                         "django.contrib.auth.context_processors.auth",
                                                         "django.contrib.messages.context_processors.messages"]}}]
    """,
    "urls.py": """
        from django.contrib import admin
        from django.http import HttpResponse
        from django.urls import path
        urlpatterns = [path("admin/", admin.site.urls), path("healthz", lambda request: HttpResponse("ok"))]
    """,
    "models.py": """
        from django.db import models

        class Article(models.Model):
            title = models.CharField(max_length=200)

            def __str__(self):
                return self.title

        class Comment(models.Model):
            article = models.ForeignKey(Article, on_delete=models.CASCADE)
            parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True)
            name = models.CharField(max_length=60)
            body = models.TextField()
            status = models.CharField(max_length=8, default="pending",
                                      choices=[(s, s) for s in ("pending", "approved", "spam", "trash")])

            def __str__(self):
                return f"{self.name}: {self.body[:40]}"
    """,
    "admin.py": """
        from django.contrib import admin
        from .models import Article, Comment

        admin.site.register(Article)

        @admin.register(Comment)
        class CommentAdmin(admin.ModelAdmin):
            list_display = ["__str__", "article", "status"]
            list_filter = ["status"]
    """,
    "fill.py": """
        import sys
        import django
        django.setup()
        from django.contrib.auth.models import User
        from django.core.management import call_command
        from plain.models import Article, Comment
        call_command("migrate", run_syncdb=True, verbosity=0)
        User.objects.create_superuser("sarah", password="sarah")
        article = Article.objects.create(title="Should you?")
        for number in range(int(sys.argv[1])):
            Comment.objects.create(article=article, name=f"Reader {number}", body=f"Question {number}?")
    """,
}


@contextmanager
def serving(folder: Path, questions: int) -> Iterator[str]:
    """Its address, while Django's development server runs it in a process of its own."""
    folder.mkdir()
    (folder / "__init__.py").touch()
    for name, text in FILES.items():
        (folder / name).write_text(textwrap.dedent(text))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder.parent)}
    environment["DJANGO_SETTINGS_MODULE"] = "plain.settings"
    subprocess.run([sys.executable, "-m", "plain.fill", str(questions)], env=environment, check=True)
    port, log = server.free_port(), folder / "server.log"
    with log.open("w") as output:
        command = [sys.executable, "-m", "django", "runserver", f"127.0.0.1:{port}", "--noreload"]
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            server._wait_until_it_answers(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(server.PATIENCE)


def answered(folder: Path) -> int:
    with sqlite3.connect(folder / "db.sqlite3") as database:
        row = database.execute("SELECT count(*) FROM plain_comment WHERE parent_id IS NOT NULL AND status = 'approved'")
        return int(row.fetchone()[0])
