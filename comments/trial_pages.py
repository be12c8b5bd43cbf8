"""“Try it” on a form of the admin: the form again, with what the row in it would find. Nothing is saved."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin, helpers
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

if TYPE_CHECKING:
    Base = ModelAdmin[Any]
else:
    Base = object


class Tried(Base):
    """A mixin for a ModelAdmin whose form has a button `_try`. Whoever may not save may not try."""

    trial_title: str

    def trial_of(self, row: Any) -> dict[str, Any]:
        """What the template is told of a trial with this row, which is not saved."""
        raise NotImplementedError

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST" and "_try" in request.POST:
            return self._trial_page(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _trial_page(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        row = self.get_object(request, object_id) if object_id else None
        if object_id and row is None:
            raise Http404
        may = self.has_change_permission(request, row) if row else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        form = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
        fieldsets: Any = self.get_fieldsets(request, row)
        shown = helpers.AdminForm(form, fieldsets, {}, self.get_readonly_fields(request, row), model_admin=self)
        context = {
            **self.admin_site.each_context(request),
            "title": self.trial_title,
            "subtitle": None,
            "adminform": shown,
            "errors": helpers.AdminErrorList(form, []),
            "media": self.media + shown.media,
            "inline_admin_formsets": [],
            "object_id": object_id,
            "original": row,
            "to_field": None,
            "is_popup": False,
            "trial": None,
            "is_tried": True,
            **(self.trial_of(form.instance) if form.is_valid() else {}),
        }
        return self.render_change_form(request, context, add=row is None, change=row is not None, obj=row)
