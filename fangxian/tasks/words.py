"""What people write to each other about somebody: sealed under the key of that person's months, and gone with it."""

from __future__ import annotations

import datetime as dt
import uuid
from base64 import b64decode, b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from django.db import connection

from fangxian.journal import keys
from fangxian.kernel.keys import KeyGone, NoKey, seal, unseal
from fangxian.programmes import queries as programmes
from fangxian.subjects import vault

SEALED: Final = "sealed"
_PURPOSE: Final = "notes"
_BUCKET: Final = "SELECT bucket FROM subjects_subject WHERE id = %s"


def sealed(text: str, *, of: uuid.UUID, about: uuid.UUID | None, programme: str, at: dt.datetime) -> str:
    """A note as it is kept with the handover or alert ``of``; about nobody, or somebody whose key is gone, it is kept
    for as long as what the programme is told now. Problem where a key that is there can't be used."""
    if not text:
        return ""
    ring, bucket = keys.ring(), _bucket(about)
    try:
        key = ring.derived(bucket, _PURPOSE) if bucket else None
    except KeyGone:
        key = None
    if key is None:
        bucket = vault.bucket_for(at, programmes.in_force(programme).retention_months)
        ring.make(bucket)
        key = ring.derived(bucket, _PURPOSE)
    return f"{SEALED}:{bucket}:{b64encode(seal(key, text.encode(), of.bytes)).decode()}"


def opened(kept: str, of: uuid.UUID) -> str:
    """The note; nothing where its key is gone or can't be used."""
    mark, _, rest = kept.partition(":")
    bucket, _, told = rest.partition(":")
    if mark != SEALED:
        return kept
    try:
        return unseal(keys.ring().derived(bucket, _PURPOSE), b64decode(told), of.bytes).decode()
    except (NoKey, InvalidTag, ValueError):  # somebody else wrote it there
        return ""


def _bucket(subject: uuid.UUID | None) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_BUCKET, [subject])
        found = cursor.fetchone()
    return str(found[0]) if found else ""
