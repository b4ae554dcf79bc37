"""What the application role may write, column by column, and why. What is not said here may be read and no more.

Pages, background work and the clock sign in as this role; whoever gets it to run a statement of theirs can do what
stands here and nothing else. Publishing, migrations and the shape of tables are the owner's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from psycopg import sql

from .postgres import APPLICATION

EVERY: Final = "*"


class Writes(NamedTuple):
    """Whether rows may be added, which columns changed (``*``: every one), whether rows may go; and what does so."""

    why: str
    insert: bool = False
    update: str = ""
    delete: bool = False


_LIBRARY: Final = "a table that comes with a library and is not used"

WRITES: Final[Mapping[str, Writes]] = {
    "accounts_user": Writes(
        "an administrator makes and shuts out users; everybody sets their password and is noted when signing in;"
        " neither name of sign-in nor rank is ever changed", insert=True,
        update="password last_login is_active one_time_until issued_by_id issued_at sign_outs display_name phone"
        " first_name last_name email"),
    "accounts_user_groups": Writes(_LIBRARY),
    "accounts_user_user_permissions": Writes(_LIBRARY),
    "accounts_post": Writes(
        "posts are given and ended; who holds which, where and as what is never rewritten", insert=True,
        update="valid_to"),
    "accounts_rightsrequest": Writes(
        "what needs a second person is asked for and answered; with an absence that never began its request goes",
        insert=True, update="state decided_by_id decided_at", delete=True),
    "accounts_exclusion": Writes("who is shut out, and until when", insert=True, update="ends"),
    "accounts_signincount": Writes(
        "wrong passwords are counted, and forgotten", insert=True, update="count last", delete=True),
    "accounts_hours": Writes("hours are set as a whole", insert=True, delete=True),
    "accounts_absence": Writes(
        "absences are recorded, stood in for, cut short, and dropped before they begin", insert=True,
        update="ends substitute_id", delete=True),
    "accounts_opensession": Writes(
        "sessions begin, go on and end; what one holds is signed for its key, which is not in the table", insert=True,
        update="session_data expire_date user_id device begun_at used_at", delete=True),
    "accounts_permission": Writes(
        "a programme brings its part of the table as a whole; cells are not rewritten", insert=True, delete=True),
    "accounts_rosterrevision": Writes("every change of the roster counts up", update="number"),
    "accounts_access": Writes("every look at an identity is added", insert=True),
    "accounts_scopesecret": Writes("read by one function of the owner's, and by nobody else"),
    "site_cache": Writes(
        "what is kept for minutes is put, put anew and thrown out; a value is JSON, signed for its key", insert=True,
        update="value expires", delete=True),
    "capture_listevent": Writes("what is done to a list on its way, and by whom, is added", insert=True),
    "console_remembered": Writes(
        "how somebody likes a page is kept, and changed by themselves", insert=True, update="value"),
    "mfa_authenticator": Writes(
        "second factors are set up, used and taken away; never given to somebody else", insert=True,
        update="data last_used_at", delete=True),
    "account_emailaddress": Writes(_LIBRARY),
    "account_emailconfirmation": Writes(_LIBRARY),
    "auth_group": Writes(_LIBRARY),
    "auth_group_permissions": Writes(_LIBRARY),
    "auth_permission": Writes(_LIBRARY),
    "django_content_type": Writes(_LIBRARY),
    "django_migrations": Writes("the owner's"),
    "areas_level": Writes(
        "a list brings its levels and names them anew", insert=True, update="name_en name_zh rank tier"),
    "areas_area": Writes(
        "areas are planted, renamed and ended; where one lies is never rewritten", insert=True,
        update="name initials time_zone cutoff valid_to"),
    "areas_areaname": Writes("what an area was called is kept", insert=True),
    "areas_succession": Writes("what took over from an area is kept", insert=True),
    "areas_alias": Writes("ways of writing an address are learned and forgotten", insert=True, delete=True),
    "areas_areacount": Writes("counts follow the tree; one of none goes", insert=True, update="number", delete=True),
    "areas_treechange": Writes("every change of the tree is added", insert=True),
    "programmes_version": Writes(
        "a version is added, comes into force and goes out of it; what it says is never rewritten", insert=True,
        update="in_force published_at published_by folded"),
    "journal_entry": Writes("the journal grows", insert=True),
    "journal_batch": Writes("links are added by journal_link alone, which makes each follow from the one before"),
    "journal_chain_head": Writes("set by journal_link alone"),
    "journal_correction": Writes("kept by a trigger"),
    "journal_keyevent": Writes("a key came into use or was destroyed", insert=True),
    "subjects_subject": Writes(
        "subjects come into being, move and become known in further programmes; kind, key and birth stay", insert=True,
        update="path programmes merged_into"),
    "subjects_identity": Writes("identities are told anew and move", insert=True, update="path sealed programmes"),
    "subjects_lookup": Writes("look-ups are added and move", insert=True, update="path"),
    "subjects_numberedentry": Writes(
        "what awaits a reply is folded anew with its subject", insert=True, update="path", delete=True),
    "subjects_link": Writes("links are made, end and move", insert=True, update="path ended_at"),
    "tasks_loan": Writes(
        "a task is given to a post elsewhere, and the loan follows it", insert=True, update="path open post given_at"),
    "tasks_turn": Writes("each day is begun once", insert=True),
    "tasks_delivery": Writes("each attempt to tell somebody is added", insert=True),
}
"""By table. Others are working tables: their rows come, change and go with what is recorded."""


def apply(cursor: Any) -> None:
    """Take from the application role what is not said here, as the owner; safe to repeat."""
    for table, writes in WRITES.items():
        cursor.execute("SELECT to_regclass(%s)", [table])
        if cursor.fetchone()[0] is None:
            continue
        for statement in _statements(table, writes):
            cursor.execute(statement)


def _statements(table: str, writes: Writes) -> Iterator[sql.Composed]:
    name, role = sql.Identifier(table), sql.Identifier(APPLICATION)
    yield sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {} FROM {}").format(name, role)
    if writes.insert:
        yield sql.SQL("GRANT INSERT ON {} TO {}").format(name, role)
    if writes.update == EVERY:
        yield sql.SQL("GRANT UPDATE ON {} TO {}").format(name, role)
    elif writes.update:
        columns = sql.SQL(", ").join(map(sql.Identifier, writes.update.split()))
        yield sql.SQL("GRANT UPDATE ({}) ON {} TO {}").format(columns, name, role)
    if writes.delete:
        yield sql.SQL("GRANT DELETE ON {} TO {}").format(name, role)
