from django.urls import path

from . import browsing, mail_pages, mine_pages, own_data_pages, private_pages, reports, views

app_name = "comments"
urlpatterns = [
    path("comments/<int:pk>/", browsing.permalink, name="permalink"),
    path("comments/<int:pk>/reply/", views.reply, name="reply"),
    path("comments/<int:pk>/report/", reports.report, name="report"),
    path("comments/<int:pk>/report/<str:reference>/", reports.reported, name="reported"),
    path("questions/", browsing.questions, name="questions"),
    path("questions/similar/", views.similar, name="similar"),
    path("questions/hints/", views.hints_before_sending, name="hints"),
    path("questions/<int:pk>/", browsing.thread, name="thread"),
    path("situations/", browsing.situations, name="situations"),
    path("situations/<slug:slug>/", browsing.situation, name="situation"),
    path("q/", mail_pages.lost_link, name="lost_link"),
    path("q/asked/", mail_pages.link_asked, name="link_asked"),
    path("q/sent/", private_pages.sent, name="sent"),
    path("q/erased/", private_pages.erased, name="erased"),
    path("q/confirm/<str:token>/", mail_pages.confirm, name="confirm"),
    path("q/mine/<str:token>/", mine_pages.mine, name="mine"),
    path("q/mine/<str:token>/data/", own_data_pages.data, name="own_data"),
    path("q/mine/<str:token>/data.json", own_data_pages.download, name="own_data_file"),
    path("q/mine/<str:token>/erase/", own_data_pages.erase, name="own_data_erase"),
    path("q/receipt/<str:token>/", own_data_pages.receipt, name="receipt"),
    path("q/mine/<str:token>/<slug:act>/", mine_pages.act, name="mine_act"),
    path("unsubscribe/<str:token>/", mail_pages.unsubscribe, name="unsubscribe"),
    path("q/<str:token>/", private_pages.private, name="private"),
    path("q/<str:token>/<slug:act>/", private_pages.act, name="private_act"),
    path("<slug:slug>/comments/", views.post, name="post"),
]
