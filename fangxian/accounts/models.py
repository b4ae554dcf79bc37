"""People who sign in and the posts they hold."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower, Now

from fangxian.areas.fields import PathField, within_calendar

from .sessions import SessionStore


class User(AbstractUser):
    """Somebody who can sign in; rights come from posts only."""

    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    one_time_until = models.DateTimeField(null=True)  # set: the password was handed over and has to be changed by then

    # Whose hands the last password went through that was given out, not chosen; None: on the server.
    issued_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=True)
    issued_at = models.DateTimeField(null=True)
    sign_outs = models.IntegerField(default=0, db_default=0)  # how often all sessions, or all but one, were ended

    class Meta(AbstractUser.Meta):
        constraints = (models.UniqueConstraint(Lower("username"), name="one_username_however_written"),)

    def __str__(self) -> str:
        return self.display_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """By what a session, and a sign-in under way, is compared with its user: the password, and how often all were
        ended. One that was begun before is not taken, however late it is stored."""
        by_password = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{by_password}.{self.sign_outs}" if self.sign_outs else by_password


class Post(models.Model):
    """One person's role at one area for a period; it ends the minute ``valid_to`` passes."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts", db_index=True)
    kind = models.CharField(max_length=32)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="posts", db_index=True)
    path = PathField(db_index=True)
    department = models.CharField(max_length=40, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["path", "kind"], name="post_by_place"),)
        constraints = (within_calendar("post", "valid_from", "valid_to"),)


class Hours(models.Model):
    """Weekly hours of a post in its area's local time; a post without any is always on duty."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="hours", db_index=True)
    weekday = models.SmallIntegerField()  # Monday is 0
    begins = models.TimeField()
    ends = models.TimeField()  # 00:00 is the end of the day


class Absence(models.Model):
    """A time in which a post is not on duty, and who stands in."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="absences", db_index=True)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    substitute = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="stands_in", db_index=True)
    reason = models.CharField(max_length=200, blank=True)
    given_as = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="+", db_index=True)
    """The post whose rights are lent to who stands in, for as long as it has them; None where somebody who sets up, or
    the server, gave them."""

    class Meta:
        constraints = (within_calendar("absence", "begins", "ends"),)


class Exclusion(models.Model):
    """A time in which a user is shut out: their posts count for nothing, and come back when it ends."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exclusions", db_index=True)
    begins = models.DateTimeField()
    ends = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ends__isnull=True), name="shut_out_once_at_a_time"),
            within_calendar("exclusion", "begins", "ends"),
        )


class RightsRequest(models.Model):
    """What one person asks for and a second one gives: a post (``absence`` empty), to stand in for one, or that the
    second factor somebody lost is taken away (``what``).

    ``post_kind`` and ``path`` say whose rights it would open; ``reasons`` why one person is not enough. ``area``,
    ``level`` and ``place``: what lay at the path when it was asked, which is what the second person reads.
    """

    what = models.CharField(max_length=16, default="rights", db_default="rights")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=True)
    post_kind = models.CharField(max_length=32)
    path = PathField(db_index=True)
    area = models.ForeignKey("areas.Area", null=True, on_delete=models.SET_NULL, related_name="+", db_index=True)
    level = models.CharField(max_length=60, blank=True, db_default="")
    place = models.CharField(max_length=200, blank=True, db_default="")
    department = models.CharField(max_length=40, blank=True)
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    absence = models.ForeignKey(Absence, null=True, on_delete=models.CASCADE, related_name="+", db_index=True)
    substitute = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+", db_index=True)
    reasons = models.CharField(max_length=60)
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=True)
    asked_as = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=12)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+", db_index=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (within_calendar("request", "valid_from", "valid_to"),)


class SignInCount(models.Model):
    """Wrong passwords of late by a keyed hash of a name, an address or both (``pace``); also which pairs are known."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.IntegerField()
    last = models.DateTimeField()


class OpenSession(AbstractBaseSession):
    """Somebody signed in on a device (``sessions``): the key is a hash of the cookie's."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+", db_index=True)
    device = models.CharField(max_length=60, blank=True)
    begun_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField()

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class Permission(models.Model):
    """One cell of the permission table: a kind of post may do an action in a programme (``*``: outside programmes)."""

    post_kind = models.CharField(max_length=32)
    programme = models.CharField(max_length=40)
    action = models.CharField(max_length=20)
    on = models.CharField(max_length=60, default="*")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["post_kind", "programme", "action", "on"], name="one_cell_per_permission"),
        )


class RosterRevision(models.Model):
    """Counts changes of posts, hours, absences and permissions, so that processes know when to read them again."""

    number = models.BigIntegerField(default=0)


class Access(models.Model):
    """Who read an identity or took an export, when and for what. Append-only."""

    at = models.DateTimeField(db_default=Now())
    user = models.BigIntegerField()
    post = models.BigIntegerField(null=True)
    action = models.CharField(max_length=20)
    programme = models.CharField(max_length=40, blank=True)
    subject = models.UUIDField(null=True, db_index=True)
    path = PathField(db_index=True)
    purpose = models.CharField(max_length=200)
    count = models.IntegerField(default=1)
