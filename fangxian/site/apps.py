"""Installs the flow when the site is ready."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Connects the packages, which may not import downstream themselves."""

    name = "fangxian.site"
    label = "site"

    def ready(self) -> None:
        from fangxian.journal import work  # noqa: PLC0415 - models are loaded only now
        from fangxian.programmes import actions as programmes  # noqa: PLC0415
        from fangxian.subjects import tables  # noqa: PLC0415
        from fangxian.tasks import alerts, jobs  # noqa: PLC0415

        from . import commands, flow  # noqa: PLC0415

        work.install(flow.STEPS)
        programmes.on_publication(tables.ensure)
        alerts.on_alert(jobs.announce)
        commands.connect()
