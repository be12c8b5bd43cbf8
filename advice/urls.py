from django.contrib import admin
from django.urls import include, path, re_path

from . import feeds, mail_events, pictures, safe_pages, searching, sitemaps, theme, views

urlpatterns = [
    path("", views.home, name="home"),
    path("admin/", admin.site.urls),
    path("help/", safe_pages.help_now, name="help"),
    path("guidelines/", safe_pages.guidelines, name="guidelines"),
    path("privacy/", safe_pages.privacy_page, name="privacy"),
    path("search/", searching.results, name="search"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemap-questions-<int:article>-<int:number>.xml", sitemaps.questions, name="sitemap_questions"),
    path("feed/", feeds.articles, name="feed"),
    path("questions/feed/", feeds.questions, name="questions_feed"),
    path("theme.css", theme.stylesheet, name="theme"),
    re_path(r"^media/pictures/(?P<name>[0-9a-f]{32})-(?P<width>[1-9][0-9]{0,3})\.webp\Z", pictures.media, name="media"),
    path("", include("comments.urls")),
    *mail_events.urlpatterns(),
    path("<slug:slug>/", views.article, name="article"),
    path("<slug:slug>/feed/", feeds.comments, name="article_feed"),
    path("<slug:slug>/comment-page-<str:number>/", views.comment_page, name="comment_page"),
]

handler400 = "advice.error_pages.bad_request"
handler404 = "advice.error_pages.not_found"
handler500 = "advice.outages.server_error"
