"""Which tables only grow, and what each column tells about people. Complete: a test compares it with the models.

``personal`` identifies somebody; ``sensitive`` says something about the health, the stay or the contacts of somebody
who is not named there; ``plain`` is neither. Under an ``append-only`` table PostgreSQL refuses UPDATE and DELETE.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from fangxian.kernel.values import Privacy


class Change(StrEnum):
    """Whether rows may be changed once they are written."""

    APPEND_ONLY = "append-only"
    MUTABLE = "mutable"


class Columns(NamedTuple):
    """The columns of a table by what they tell, each a list of names separated by spaces."""

    change: Change
    plain: str = ""
    sensitive: str = ""
    personal: str = ""

    def privacy(self) -> dict[str, Privacy]:
        """Column → what it tells; a column named twice keeps the stricter word."""
        groups = ((Privacy.PLAIN, self.plain), (Privacy.SENSITIVE, self.sensitive), (Privacy.PERSONAL, self.personal))
        return {name: privacy for privacy, names in groups for name in names.split()}


_GROWS: Final = Change.APPEND_ONLY
_CHANGES: Final = Change.MUTABLE

TABLES: Final[dict[str, Columns]] = {
    "areas.Level": Columns(_CHANGES, "code name_en name_zh rank tier"),
    "areas.Area": Columns(
        _CHANGES, "id code name initials level parent path valid_from valid_to time_zone cutoff boundary"),
    "areas.AreaName": Columns(_CHANGES, "id area name valid_from valid_to"),
    "areas.Succession": Columns(_CHANGES, "id ended successor at"),
    "areas.Alias": Columns(_CHANGES, "id area learned_at", "text"),  # what people write where their address goes
    "areas.AreaCount": Columns(_CHANGES, "id path level number"),
    "areas.TreeChange": Columns(_GROWS, "id at by action detail"),
    "accounts.User": Columns(
        _CHANGES, "id password last_login is_superuser is_staff is_active date_joined one_time_until issued_by"
        " issued_at sign_outs", "",
        "username first_name last_name email display_name phone"),
    "accounts.User_groups": Columns(_CHANGES, "id user group"),
    "accounts.User_user_permissions": Columns(_CHANGES, "id user permission"),
    "accounts.Post": Columns(_CHANGES, "id user kind area path department valid_from valid_to"),
    "accounts.Hours": Columns(_CHANGES, "id post weekday begins ends"),
    "accounts.Absence": Columns(_CHANGES, "id post begins ends substitute given_as", "reason"),
    "accounts.SignInCount": Columns(_CHANGES, "key count last"),
    "accounts.Exclusion": Columns(_CHANGES, "id user begins ends"),
    "accounts.RightsRequest": Columns(
        _CHANGES,
        "id what user post_kind path area level place department valid_from valid_to absence substitute reasons"
        " asked_by asked_as asked_at expires_at state decided_by decided_at"),
    "accounts.OpenSession": Columns(_CHANGES, "session_key session_data expire_date user device begun_at used_at"),
    "accounts.Permission": Columns(_CHANGES, "id post_kind programme action on"),
    "accounts.RosterRevision": Columns(_CHANGES, "id number"),
    "accounts.Access": Columns(_GROWS, "id at user post action programme path purpose count", "subject"),
    "tasks.Failure": Columns(_CHANGES, "id programme version what first_at last_at"),
    "programmes.Version": Columns(
        _CHANGES, "id programme version digest content published_at published_by in_force folded"),
    "journal.Batch": Columns(_GROWS, "id position recorded_at entries digest previous link"),
    "journal.Entry": Columns(
        _GROWS,
        "id seq batch kind programme form form_version user post source device received_at day replaces task flag drill"
        " content",
        "subject path happened_at body", "sealed"),
    "journal.Correction": Columns(_CHANGES, "replaced entry"),
    "journal.KeyEvent": Columns(_GROWS, "id name generation event check_value at"),
    "subjects.Subject": Columns(_CHANGES, "id kind bucket wrapped_key drill created_at", "path merged_into programmes"),
    "subjects.Identity": Columns(_CHANGES, "subject", "path programmes", "sealed"),
    "subjects.LookUp": Columns(_CHANGES, "id kind", "subject path programme", "hash"),
    "subjects.Link": Columns(
        _CHANGES, "id programme entry", "kind subject other path happened_at ended_at", "awaited"),
    "subjects.NumberedEntry": Columns(
        _CHANGES, "entry programme form reply", "number subject path happened_at awaited replied_at"),
    "decide.Current": Columns(
        _CHANGES, "id programme version entry drill",
        "subject path measure until stage urgent managed active provisional outputs rows asks entails missing since"
        " next_change"),
    "decide.CohortMember": Columns(_CHANGES, "id programme drill", "subject day path stage walk_in"),
    "tasks.Task": Columns(
        _CHANGES, "id programme form post why_post told entry reported_late opened_by drill",
        "kind subject day opens due closes state urgent path grid_path community_path township_path county_path outcome"
        " ended_at"),
    "tasks.Loan": Columns(_CHANGES, "task programme post given_at open", "subject path"),
    "tasks.Handover": Columns(
        _CHANGES, "id programme department asked_at due state answered_at asked_by answered_by",
        "subject path to_path", "note"),
    "tasks.Alert": Columns(
        _CHANGES,
        "id programme cause step day path tier count raised_at told_at acknowledge_by acknowledged_at acknowledged_by"
        " act_by acted_at raised_from post about made_by drill",
        "kind subject subject_path", "note"),
    "tasks.AlertTask": Columns(_CHANGES, "id alert task"),
    "tasks.Delivery": Columns(_CHANGES, "id alert tried_at delivered answer"),
    "tasks.Turn": Columns(_CHANGES, "id path day begun_at"),
    "report.Figure": Columns(_CHANGES, "id programme day path kind state count"),
    "report.FigureChange": Columns(_CHANGES, "id programme day path kind state change"),
    "report.SignOff": Columns(_CHANGES, "id programme day path seq at by early", "note figures"),
    "capture.Source": Columns(_CHANGES, "id path programme form name memory made_at made_by"),
    "capture.Import": Columns(
        _CHANGES,
        "id path programme form source file_name sheet state corrections fingerprint version_of version_said"
        " versions_seen lines counts results bucket received_at state_at recorded_at user post"),
    "capture.ListEvent": Columns(_GROWS, "id of path programme what line user post at", "subject"),
    "capture.Sealed": Columns(_CHANGES, "id of path programme kind number counts", "", "sealed"),
    "capture.Progress": Columns(_CHANGES, "id path programme phase percent at"),
    "console.Remembered": Columns(_CHANGES, "id user name value"),
}
"""By model label, in the order of the flow. The tables ``facts_*`` hold what programmes declare plain or sensitive."""

WITHOUT_MODEL: Final[dict[str, Columns]] = {
    "site_cache": Columns(_CHANGES, "cache_key value expires"),  # counted attempts and the times steps take
}
"""By table: those Fangxian fills that no model stands for."""
