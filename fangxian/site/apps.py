"""Installs the flow when the site is ready."""

from django.apps import AppConfig
from django.conf import settings

from fangxian.kernel import clock


class SiteConfig(AppConfig):
    """Connects the packages, which may not import downstream themselves."""

    name = "fangxian.site"
    label = "site"

    def ready(self) -> None:
        from fangxian.accounts import leftovers, sessions  # noqa: PLC0415
        from fangxian.accounts.factors import sealing  # noqa: PLC0415
        from fangxian.decide import engine  # noqa: PLC0415 - models are loaded only now
        from fangxian.journal import isolation, keys, work  # noqa: PLC0415
        from fangxian.programmes import actions as programmes  # noqa: PLC0415
        from fangxian.programmes import load  # noqa: PLC0415
        from fangxian.subjects import tables  # noqa: PLC0415
        from fangxian.tasks import alerts, failures, jobs  # noqa: PLC0415

        from . import commands, flow  # noqa: PLC0415

        clock.go_ahead(settings.DEMO_AHEAD)
        work.install(flow.STEPS)
        programmes.on_publication(tables.ensure)
        load.on_check(engine.try_out)
        isolation.on_failure(failures.tell)
        alerts.on_alert(jobs.announce)
        sessions.connect()
        leftovers.connect()
        sealing.connect(keys.ring)
        commands.connect()
