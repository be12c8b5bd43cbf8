"""The desk's addresses, under /admin/desk/. The admin's site asks for a login before each (`advice.admin_site`)."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from . import (
    desk,
    desk_bulk,
    desk_campaigns,
    desk_carrying,
    desk_keys,
    desk_mail,
    desk_order,
    desk_queue,
    desk_scripts,
    desk_standing,
    desk_undo,
    desk_writing,
)


def paths(admin_view: Callable[[Any], Any]) -> list[URLPattern]:
    """Of the more general addresses the last come last: a verb is any word."""
    return [
        path("desk/", admin_view(desk_queue.queue), name="desk"),
        path("desk/bulk/", admin_view(desk_bulk.act), name="desk_bulk"),
        path("desk/campaigns/", admin_view(desk_campaigns.overview), name="desk_campaigns"),
        path("desk/campaigns/act/", admin_view(desk_campaigns.act), name="desk_campaign_act"),
        path("desk/news/", admin_view(desk_queue.news), name="desk_news"),
        path("desk/standing/", admin_view(desk_standing.where_we_stand), name="desk_standing"),
        path("desk/keys/", admin_view(desk_keys.sheet), name="desk_keys"),
        path("desk/mail/", admin_view(desk_mail.choose), name="desk_mail"),
        path("desk/mail/test/", admin_view(desk_mail.test), name="desk_mail_test"),
        path("desk/undo/<uuid:act>/", admin_view(desk_undo.undo), name="desk_undo"),
        path("desk/<int:pk>/", desk_carrying.carrying(admin_view(desk_writing.comment)), name="desk_comment"),
        path("desk/<int:pk>/move/", admin_view(desk.move), name="desk_move"),
        path("desk/<int:pk>/labels/", admin_view(desk.labels), name="desk_labels"),
        path("desk/<int:pk>/draft/", admin_view(desk_scripts.draft), name="desk_draft"),
        path("desk/<int:pk>/insert/", admin_view(desk_scripts.insertion), name="desk_insert"),
        path("desk/<int:pk>/state/", admin_view(desk_scripts.state), name="desk_state"),
        path("desk/<int:pk>/mask/", admin_view(desk_order.mask), name="desk_mask"),
        path("desk/<int:pk>/unmask/", admin_view(desk_order.unmask), name="desk_unmask"),
        path("desk/<int:pk>/reword/", admin_view(desk_order.reword), name="desk_reword"),
        path("desk/<int:pk>/merge/", admin_view(desk_order.merge), name="desk_merge"),
        path("desk/<int:pk>/arrange/<str:word>/", admin_view(desk_order.arrange), name="desk_arrange"),
        path("desk/<int:pk>/<str:verb>/", admin_view(desk.act), name="desk_act"),
    ]
