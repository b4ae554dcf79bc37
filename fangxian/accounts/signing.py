"""A scope is signed by the process that sets it, so that a statement that got in by some other way can set none.

The secret lies in a file beside the keys and, as the two pads of its HMAC-SHA-256 (RFC 2104), in a table that only a
function of the owner reads. A signature is bound to the connection (the server's process) and to the time: it holds for
transactions of that connection that began until five minutes later. Tables behind the wall ask the function once a
statement; a scope without a signature shows nothing, one with a wrong signature fails.
"""

from __future__ import annotations

import hmac
import secrets
import time
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from fangxian.kernel.errors import Problem
from fangxian.kernel.keys import make_private

from .errors import NO_SCOPE_SECRET

BLOCK: Final = 64  # bytes a round of SHA-256 takes
SETTING: Final = "fangxian.signed"
_FILE_BYTES: Final = 32
_AT: Final = 10  # digits of the seconds since 1970, until 2286
_held: dict[str, tuple[float, bytes]] = {}  # by file: when it was last changed, and what was read then

FUNCTION: Final = """
CREATE OR REPLACE FUNCTION fangxian_signed() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  told text := current_setting('fangxian.signed', true);
  lo text := coalesce(current_setting('fangxian.lo', true), '');
  hi text := coalesce(current_setting('fangxian.hi', true), '');
  programmes text := coalesce(current_setting('fangxian.programmes', true), '');
  audits text := coalesce(current_setting('fangxian.audits', true), '');
  posts text := coalesce(current_setting('fangxian.posts', true), '');
  pads public.accounts_scopesecret;
BEGIN
  IF told IS NULL OR told = '' THEN
    RETURN false;
  END IF;
  SELECT * INTO pads FROM public.accounts_scopesecret;
  IF substr(told, 11) = encode(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to(concat_ws(E'\\n',
      pg_backend_pid(), substr(told, 1, 10), length(lo), length(hi), length(programmes), length(audits), length(posts),
      concat(lo, hi, programmes, audits, posts)), 'UTF8'))), 'hex')
      AND substr(told, 1, 10)::bigint > extract(epoch FROM now()) - 300 THEN
    RETURN true;
  END IF;
  RAISE EXCEPTION 'the scope of this transaction is not signed as this database asks'
    USING ERRCODE = 'insufficient_privilege', HINT = 'After a restore or a change of keys start anew: every start '
    'brings the database in line with scope.secret. Clocks may differ by five minutes, and no pooler may lie between.';
END $$;
"""
TABLE: Final = """
CREATE TABLE IF NOT EXISTS accounts_scopesecret (
  one boolean PRIMARY KEY DEFAULT true CHECK (one), inner_pad bytea NOT NULL, outer_pad bytea NOT NULL);
REVOKE ALL ON accounts_scopesecret FROM PUBLIC, fangxian_app;
"""
_UNSIGNED: Final = """
SELECT c.relname, pg_get_userbyid(c.relowner) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE p.polname = 'scope' AND c.relnamespace = 'public'::regnamespace AND NOT EXISTS (
  SELECT FROM pg_policy s WHERE s.polrelid = c.oid AND s.polname = 'signed'
  AND strpos(pg_get_expr(s.polqual, c.oid), quote_literal(pg_get_userbyid(c.relowner))) > 0)
ORDER BY 1
"""


def file() -> Path:
    """Where the secret is: it belongs to the installation, as the one that signs sessions does."""
    return Path(settings.SCOPE_SECRET)


def secret() -> bytes:
    """What the file holds; read again when it was changed. Problem NO_SCOPE_SECRET when it is not there."""
    place = file()
    try:
        changed = place.stat().st_mtime
    except FileNotFoundError:
        raise Problem(NO_SCOPE_SECRET) from None
    held = _held.get(str(place))
    if held is None or held[0] != changed:
        held = _held[str(place)] = changed, place.read_bytes()
    return held[1]


def sign(pid: int, values: tuple[str, ...]) -> str:
    """The signature of a scope's settings for a connection: ``lo``, ``hi``, ``programmes``, ``audits``, ``posts``."""
    return _signed(pid, f"{int(time.time()):0{_AT}}", values)


def is_signed(told: str, pid: int, values: tuple[str, ...]) -> bool:
    """Whether settings that were read back are those this process, or one like it, has set on the connection."""
    return hmac.compare_digest(told.encode(), _signed(pid, told[:_AT], values).encode())


def wall_sql(table: str, owner: str) -> str:
    """The policy that asks for a signature, beside the one that compares; the owner needs none."""
    asked = f"(SELECT current_user = '{owner}' OR fangxian_signed())"
    return (f'DROP POLICY IF EXISTS signed ON "{table}";'
            f'CREATE POLICY signed ON "{table}" AS RESTRICTIVE USING ({asked}) WITH CHECK ({asked});')


def bring_in_line(cursor: Any, place: Path | None = None) -> None:
    """What every start does as the owner: all tables ask for a signature, and the database knows the secret that lies
    at a place. Nothing is done where the tables are older than this, for they are about to be migrated."""
    cursor.execute("SELECT to_regclass('public.accounts_scopesecret'), to_regprocedure('public.fangxian_signed()')")
    if None not in cursor.fetchone():
        ensure_walls(cursor)
        ensure_secret(cursor, place or file())


def ensure_walls(cursor: Any) -> None:
    """Every table behind the wall asks for a signature, of all but the owner it has now; safe to repeat."""
    cursor.execute(_UNSIGNED)
    for table, owner in cursor.fetchall():
        cursor.execute(wall_sql(table, owner))


def ensure_secret(cursor: Any, place: Path) -> None:
    """The database knows the secret of the file, which is made where there is none: nothing is lost with it."""
    if not place.exists():
        make_private(place, secrets.token_bytes(_FILE_BYTES))
    pads = _pads(place.read_bytes())
    cursor.execute("SELECT inner_pad, outer_pad FROM accounts_scopesecret")
    row = cursor.fetchone()
    if row is None or tuple(map(bytes, row)) != pads:
        cursor.execute("INSERT INTO accounts_scopesecret (inner_pad, outer_pad) VALUES (%s, %s) ON CONFLICT (one)"
                       " DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad", pads)


def renew(cursor: Any) -> None:
    """Another secret from now on, in the database when the caller's transaction ends. What was signed with the old one
    fails then; every process reads the new one with its next transaction."""
    aside = file().with_name(f".{file().name}.new")
    aside.unlink(missing_ok=True)
    make_private(aside, secrets.token_bytes(_FILE_BYTES))
    aside.replace(file())
    ensure_secret(cursor, file())


def _signed(pid: int, at: str, values: tuple[str, ...]) -> str:
    told = "\n".join((str(pid), at, *(str(len(one)) for one in values), "".join(values)))
    return at + hmac.digest(secret(), told.encode(), "sha256").hex()


def _pads(key: bytes) -> tuple[bytes, bytes]:
    whole = key.ljust(BLOCK, b"\0")
    return bytes(one ^ 0x36 for one in whole), bytes(one ^ 0x5C for one in whole)
