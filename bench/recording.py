"""Import, record, rebuild and decide with 30,000 people known."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import statistics
import time
import uuid
from dataclasses import replace

from django.db import connections

from bench import world
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.decide.steps import decide
from fangxian.demo.people import InventedPerson
from fangxian.demo.staff import Staff
from fangxian.journal import append
from fangxian.journal.work import Work
from fangxian.kernel import collecting
from fangxian.kernel.ids import many_uuid7
from fangxian.programmes import queries as programmes
from fangxian.subjects import steps as subject_steps
from fangxian.tasks import rebuild_shared

KNOWN, LINES, SINGLES = 30_000, 10_000, 200
HOUR = dt.timedelta(hours=1)


def main() -> None:
    with world.fresh():
        crew = world.found(world.NOON - dt.timedelta(days=2), world.NOON)
        known = world.register(KNOWN, crew, world.NOON - dt.timedelta(days=1))
        world.analyse()
        arrivals = _lists(crew, known[:LINES])
        _registrations(crew, known, arrivals)
        world.analyse()
        _checks(crew, arrivals)
        _singles(crew, arrivals, "alone")
        _while_importing(crew, known, arrivals)
        _rebuild()
        _decisions(crew, arrivals)


def _lists(crew: Staff, people: list[InventedPerson]) -> list[uuid.UUID]:
    subjects = many_uuid7(world.NOON, len(people))
    lines = [
        world.listed(person, subject, world.NOON, world.NOON, "IT", crew)
        for person, subject in zip(people, subjects, strict=True)
    ]
    took, cpu = world.spent(lambda: world.send(crew, world.NOON, lines))
    world.say(
        "record 10,000 lines of a list",
        len(lines) / took,
        "lines/s",
        **cpu,
        note="form validation, encryption, look-up hashes, links, fold, decisions, tasks, commit; not reading the file",
    )
    return subjects


def _registrations(crew: Staff, people: list[InventedPerson], subjects: list[uuid.UUID]) -> None:
    at = world.NOON + HOUR
    forms = [
        world.arrival(person, subject, at, world.NOON, "IT") for person, subject in zip(people, subjects, strict=False)
    ]
    took, cpu = world.spent(lambda: world.send(crew, at, forms))
    world.say(
        "record 10,000 arrival registrations",
        len(forms) / took,
        "submissions/s",
        **cpu,
        note="30 questions each; 30,000 tasks opened",
    )


def _checks(crew: Staff, subjects: list[uuid.UUID]) -> None:
    at = world.NOON + 4 * HOUR
    forms = [world.check(subject, at) for subject in subjects]
    took, cpu = world.spent(lambda: world.send(crew, at, forms))
    world.say(
        "record 10,000 health checks",
        len(forms) / took,
        "submissions/s",
        **cpu,
        note="one batch; form validation, encryption, fold, decisions, tasks and commit included",
    )


def _singles(crew: Staff, subjects: list[uuid.UUID], when: str) -> None:
    at = world.NOON + 5 * HOUR
    times = []
    for subject in subjects[:SINGLES]:
        form = [world.check(subject, at)]
        times.append(world.seconds(lambda form=form: world.send(crew, at, form)) * 1000)  # type: ignore[misc]
    world.say(
        f"record one, {when}",
        statistics.quantiles(times, n=20)[18],
        "ms p95",
        median=round(statistics.median(times), 1),
        note=f"{SINGLES} in a row, commit included",
    )


def _while_importing(crew: Staff, people: list[InventedPerson], subjects: list[uuid.UUID]) -> None:
    """Singles in another process while this one records 10,000 lines about other people."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    done = context.Process(target=_singles_in_child, args=(crew, subjects, ready))
    done.start()
    ready.wait(60)
    lines = [
        world.listed(person, subject, world.NOON + 6 * HOUR, world.NOON, "KR", crew)
        for person, subject in zip(people[LINES : 2 * LINES], many_uuid7(world.NOON, LINES), strict=True)
    ]
    while done.is_alive():
        world.send(crew, world.NOON + 6 * HOUR, list(lines))
        lines = [
            world.listed(person, subject, world.NOON + 6 * HOUR, world.NOON, "KR", crew)
            for person, subject in zip(people[LINES : 2 * LINES], many_uuid7(world.NOON, LINES), strict=True)
        ]
    done.join()


def _singles_in_child(crew: Staff, subjects: list[uuid.UUID], ready: object) -> None:
    _singles_warm(crew, subjects)
    ready.set()  # type: ignore[attr-defined]
    time.sleep(1)
    _singles(crew, subjects[SINGLES:], "while 10,000 lines are recorded")


def _singles_warm(crew: Staff, subjects: list[uuid.UUID]) -> None:
    world.send(crew, world.NOON + 5 * HOUR, [world.check(subjects[-1], world.NOON + 5 * HOUR)])


def _rebuild() -> None:
    begun = time.perf_counter()
    report = rebuild_shared.check()
    took = time.perf_counter() - begun
    world.say(
        "rebuild --check",
        report.submissions / took,
        "submissions/s",
        submissions=report.submissions,
        same=report.same,
        note="as the command does it, with a process per core: facts, decisions, open tasks, figures,"
        " and of everybody identity, look-ups, links and places, opened and made again: nine tenths of the time;"
        " three to four submissions a subject",
    )


def _decisions(crew: Staff, subjects: list[uuid.UUID]) -> None:
    """The flow's own steps, as after a publication: every decision comes from another version and is written."""
    written: list[int] = []
    took, cpu = world.spent(lambda: written.append(_decided_anew(crew, subjects)))
    world.say(
        "decide 10,000 people from PostgreSQL to PostgreSQL",
        len(subjects) / took,
        "people/s",
        **cpu,
        decisions_written=written[0],
        note="people locked, facts read, the entry programme's chain planned and run, every decision written with its"
        " reason and the facts seen to the journal and the current ones, cohorts, link of the chain, commit; no tasks",
    )


def _decided_anew(crew: Staff, subjects: list[uuid.UUID]) -> int:
    at = world.NOON + world.DAY
    programme = replace(programmes.in_force("entry"), version="next")
    with working_in(SYSTEM), collecting.put_off():
        work = Work(programme, crew.actor("xian", "import"), at, append.new_batch(), also=set(subjects))
        for step in (subject_steps.lock, subject_steps.fold, decide):
            step(work)
        append.link(work.batch, work.lines, at)
    return sum(found.changed for found in work.decided.values())


if __name__ == "__main__":
    main()
