"""Move subjects whose place was told: everything current moves along, what was recorded stays where it was."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Final

from django.db import connection
from psycopg import sql

from fangxian.areas import queries as areas
from fangxian.journal.work import Work
from fangxian.programmes import queries as programmes
from fangxian.subjects.tables import table_name

_TABLES: Final = {"subjects_subject": "id", "subjects_identity": "subject", "subjects_lookup": "subject"}


def place(work: Work) -> None:
    """Where a submission of the round names an area in force as the subject's place, that is where it now belongs."""
    fact = work.programme.place
    if fact is None:
        return
    told = {subject: str(row[fact]) for subject, row in work.facts.items() if row.get(fact)}
    paths = areas.paths_in_force(set(told.values()))
    moves = {
        subject: paths[code]
        for subject, code in told.items()
        if code in paths and paths[code] != work.subjects[subject].path
    }
    if moves:
        move(moves)
        work.moved.update(moves)
        for subject, path in moves.items():
            work.subjects[subject].path = path


def move(moves: Mapping[uuid.UUID, str]) -> None:
    """Give subjects a new place in every table of this package; decisions and tasks follow in their own steps."""
    facts = {table_name(programme.id): "subject" for programme in programmes.all_in_force()}
    with connection.cursor() as cursor:
        for table, key in {**_TABLES, **facts}.items():
            cursor.execute(
                sql.SQL(
                    "UPDATE {table} t SET path = n.path FROM unnest(%s::uuid[], %s::varchar[]) AS n (id, path)"
                    " WHERE t.{key} = n.id AND t.path <> n.path"
                ).format(table=sql.Identifier(table), key=sql.Identifier(key)),
                [list(moves), list(moves.values())],
            )
