"""The database in use: the embedded cluster or the one ``DATABASE_URL`` names, its roles, its tables."""

from __future__ import annotations

import os
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from fangxian.accounts import signing

from . import rights, server_log
from .postgres import APPLICATION, DATABASE, OWNER, Cluster

_ROLE = (
    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fangxian_app') THEN"
    " CREATE ROLE fangxian_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; END IF; END $$")
_GRANTS = (
    "GRANT fangxian_app TO CURRENT_USER",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",  # in a database that was made before PostgreSQL 15 all may
    "GRANT USAGE ON SCHEMA public TO fangxian_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fangxian_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO fangxian_app",
)

_SETTINGS = (
    "SELECT d.datname, split_part(one, '=', 1) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole"
    " LEFT JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN unnest(s.setconfig) AS one"
    " WHERE r.rolname = %s AND NOT split_part(one, '=', 1) = ANY(%s)")


def embedded() -> bool:
    """Whether Fangxian runs its own server."""
    return not os.environ.get("DATABASE_URL")


def cluster() -> Cluster:
    """The embedded cluster of the working folder."""
    return Cluster.below(settings.VAR)


def start() -> None:
    """Start the embedded server and make the database; does nothing with ``DATABASE_URL``."""
    if not embedded():
        return
    settings.VAR.mkdir(parents=True, exist_ok=True)
    own = cluster()
    own.start()
    make_on(own)


def make_on(own: Cluster) -> None:
    """The database, unless it is there."""
    with psycopg.connect(host=str(own.socket), user=OWNER, dbname="postgres", autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
                sql.Identifier(DATABASE)))


def stop() -> None:
    """Stop the embedded server."""
    if embedded():
        connections.close_all()
        cluster().stop()


def in_use() -> bool:
    """Whether anybody is connected to the embedded server, a run or other tests for instance."""
    own = cluster()
    if not own.running():
        return False
    connections.close_all()
    with psycopg.connect(host=str(own.socket), user=OWNER, dbname="postgres", autocommit=True) as admin:
        row = admin.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND pid <> pg_backend_pid())").fetchone()
    return bool(row and row[0])


def prepare() -> None:
    """Roles, grants, migrations and the cache table, as the owner."""
    grant_roles()
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("createcachetable", database="owner", verbosity=0)
    with connections["owner"].cursor() as cursor:
        rights.apply(cursor)
        signing.bring_in_line(cursor)


def grant_roles() -> None:
    """The application role: no superuser, no BYPASSRLS; owns nothing."""
    connections["owner"].ensure_connection()
    grant_roles_on(connections["owner"].connection)


def grant_roles_on(owner: psycopg.Connection[Any]) -> None:
    """``grant_roles`` over a connection of the owner's."""
    for statement in (_ROLE, *_GRANTS):
        owner.execute(statement)


def forget_settings_on(owner: psycopg.Connection[Any]) -> None:
    """What the application's role has laid down for its own next connections is gone, but what keeps the log silent:
    every role may set that for itself, so that one statement could keep everybody out for good.
    """
    for where, name in owner.execute(_SETTINGS, [APPLICATION, list(server_log.QUIET)]).fetchall():
        there = sql.SQL("IN DATABASE {} ").format(sql.Identifier(where)) if where else sql.SQL("")
        owner.execute(sql.SQL("ALTER ROLE {} {}RESET {}").format(
            sql.Identifier(APPLICATION), there, sql.Identifier(name)))


__all__ = ["APPLICATION", "cluster", "embedded", "forget_settings_on", "grant_roles", "in_use", "prepare", "start",
           "stop"]
