"""A folder loads whole, or every mistake in it is named with its file, row and column."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from fangxian.kernel.findings import Finding, Severity, errors
from fangxian.kernel.values import ValueType
from fangxian.programmes.folder import pack, unpack
from fangxian.programmes.load import check, load
from fangxian.programmes.types import Count, DaysInARow, Measured, Programme, Window

Files = dict[str, bytes]


def changed(files: Files, file: str, old: str, new: str) -> Files:
    text = files[file].decode()
    assert text.count(old) >= 1, f"{old!r} is not in {file}"
    return {**files, file: text.replace(old, new, 1).encode()}


def line_of(files: Files, file: str, text: str) -> int:
    """The line on which the text stands."""
    return files[file].decode()[: files[file].decode().index(text)].count("\n") + 1


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, [str(found) for found in findings]
    return findings[0]


def loaded(files: Files) -> Programme:
    programme, findings = load(files)
    assert programme is not None, [str(found) for found in findings]
    assert not findings, [str(found) for found in findings]
    return programme


def test_the_whole_programme(files: Files) -> None:
    programme = loaded(files)
    assert (programme.id, programme.version, programme.subject) == ("trial", "1", "person")
    assert isinstance(programme.facts["fever_days"].derivation, DaysInARow)
    assert programme.facts["checks"].derivation == Count("check")
    assert programme.inputs["days"].of == "arrived"
    assert programme.columns["until"] is ValueType.DATE
    assert programme.columns["days"] is ValueType.INTEGER
    assert list(programme.measures) == ["watch", "none"]
    assert not programme.measures["none"].managed
    assert programme.cohort is not None
    assert programme.cohort.stages == ("expected", "managed")
    assert [table.name for table in programme.tables] == ["measure"]


def test_tasks_as_declared(files: Files) -> None:
    tasks = loaded(files).tasks
    morning, act = tasks["morning"], tasks["act"]
    assert morning.window == Window(dt.time(8), dt.time(10), dt.time(6))
    assert (morning.days, morning.anchor) == ((1, 7), "arrived")
    assert [(step.after, step.tell) for step in morning.late] == [
        (dt.timedelta(hours=1), "community"),
        (dt.timedelta(hours=2), "township"),
    ]
    assert morning.outcomes == {"not_home": "escalate", "moved": "excuse"}
    assert morning.quick[0].answers == {"symptoms": ("none",)}
    assert morning.measured == Measured("temperature", (35, 36, 37, 38, 39), 37.3)
    assert [condition.test.holds("watch") for condition in morning.when[:1]] == [True]
    assert act.window is None
    assert act.due_within == dt.timedelta(hours=2)
    assert act.label.zh == "检查", "without a label of its own a task is called like its form"


def test_permissions(files: Files) -> None:
    programme = loaded(files)
    assert programme.allows("grid_worker", "fill", "check")
    assert programme.allows("clinician", "fill", "check")
    assert not programme.allows("grid_worker", "export")
    assert not programme.allows("inspector", "see")


def test_a_packed_version_loads_the_same(files: Files) -> None:
    assert loaded(dict(unpack(pack(files)))).digest == loaded(files).digest


QUICK = '[[task.quick]]\nlabel = { en = "All well", zh = "正常" }\nanswers = { symptoms = ["none"] }'
OUTCOMES = "outcomes"
TOML_MISTAKES = [
    ('id = "trial"', 'id = "Trial 1"', "bad_name", "id"),
    ("retention_months = 6", 'retention_months = "6"', "wrong_type", "retention_months"),
    ("retention_months = 6", "retention_months = 0", "wrong_type", "retention_months"),
    ('subject = "person"', 'subjekt = "person"\nsubject = "person"', "unknown_key", "subjekt"),
    ('title = { en = "Trial", zh = "试验" }', 'title = { en = "Trial" }', "missing_key", None),
    ('type = "number"', 'type = "numbr"', "unknown_word", "type"),
    ('name = "cough"', 'name = "temperature"', "twice", "name"),
    ('of = "temperature", test = ">= 37.3"', 'of = "temprature", test = ">= 37.3"', "unknown_fact", "of"),
    ('of = "temperature", test = ">= 37.3"', 'of = "temperature", test = ">= hot"', "bad_test", "test"),
    ('of = "temperature", test = ">= 37.3"', 'of = "checks", test = ">= 37"', "derived_of_derived", "of"),
    ('count = { form = "check" }', 'count = { form = "chek" }', "unknown_form", "form"),
    ('type = "integer"\nlabel = { en = "Checks"', 'type = "number"\nlabel = { en = "Checks"', "derived_type", "type"),
    ('days_since = "arrived"', 'days_since = "cough"', "not_a_date", None),
    ('days_since = "arrived"', 'days_since = "arived"', "unknown_fact", "days_since"),
    ('days_since = "arrived"', "", "one_of_two", None),
    ('[[table]]\nname = "measure"', '[[table]]\nname = "measure"\n[[table]]\nname = "more"', "no_table", "name"),
    ('until = "until"', 'until = "stage"', "measure_type", "until"),
    ('stage = "stage"', 'stage = "stages"', "unknown_output", "stage"),
    ('of = "seen_at"', 'of = "arrived"', "not_a_date", "of"),
    ('form = "check"\nwhen = { measure', 'form = "chekc"\nwhen = { measure', "unknown_form", "form"),
    ("measure = '\"watch\"'", "mesure = '\"watch\"'", "unknown_name", "mesure"),
    ("measure = '\"watch\"'", "measure = '>= 3'", "bad_test", "measure"),
    ('when = { suspected = "true" }\ndue', "when = {}\ndue", "no_condition", "when"),
    ('window = ["08:00", "10:00"]', 'window = ["08:00", "25:00"]', "bad_time", "window"),
    ('window = ["08:00", "10:00"]', 'window = ["10:00", "08:00"]', "window_order", "window"),
    ('accept_from = "06:00"', 'accept_from = "09:00"', "window_order", "window"),
    ('accept_from = "06:00"', 'due_within = "PT1H"', "window_or_within", "due_within"),
    ('anchor = "arrived"\n', "", "days_anchor", "days"),
    ('anchor = "arrived"', 'anchor = "cough"', "not_a_date", "anchor"),
    ('post = "grid_worker"', 'post = "grid_workr"', "unknown_post", "post"),
    ('after = "PT1H", tell', 'after = "1 hour", tell', "bad_duration", "after"),
    ('after = "PT1H", tell', 'after = "PT3H", tell', "late_order", "late"),
    ('tell = "community"', 'tell = "comunity"', "unknown_tier", "tell"),
    ('not_home = "escalate"', 'at_home = "escalate"', "unknown_outcome", "at_home"),
    ('not_home = "escalate"', 'not_home = "ignore"', "unknown_word", "not_home"),
    ('{ symptoms = ["none"] }', "{ symptoms = 7 }", "bad_answer", "symptoms"),
    ('{ symptoms = ["none"] }', '{ symptoms = ["none"], symptom = "x" }', "bad_answer", "symptom"),
    ('{ symptoms = ["none"] }', '{ temperature = 36.5, symptoms = ["none"] }', "quick_number", "temperature"),
    ('{ symptoms = ["cough"], cough', '{ temperature = 38.5, symptoms = ["cough"], cough', "filed_number", "answers"),
    ('question = "temperature", whole', 'question = "symptoms", whole', "not_measured", "question"),
    ('question = "temperature", whole', 'question = "temp", whole', "not_measured", "question"),
    ("whole = [35, 39]", "whole = [39, 35]", "bad_pad", "whole"),
    ("whole = [35, 39]", "whole = [34, 44]", "bad_pad", "whole"),
    ("whole = [35, 39]", "whole = [36]", "bad_pad", "whole"),
    ("below = 37.3", 'below = "37.3"', "wrong_type", "below"),
    (QUICK, "", "measured_alone", "measured"),
    (OUTCOMES, """done_when = { temprature = "< 42" }\noutcomes""", "unknown_question", "temprature"),
    (OUTCOMES, """done_when = { name = '"x"' }\noutcomes""", "not_tested", "name"),
    (OUTCOMES, """done_when = { temperature = "< hot" }\noutcomes""", "bad_test", "temperature"),
    (OUTCOMES, """done_when = { symptoms = 'not("coughs")' }\noutcomes""", "no_choice", "symptoms"),
    (OUTCOMES, "done_when = {}\noutcomes", "no_condition", "done_when"),
    (OUTCOMES, 'undone = "not_home"\noutcomes', "undone_alone", "undone"),
    (OUTCOMES, """done_when = { temperature = "< 42" }\nundone = "phone_off"\noutcomes""", "unknown_outcome", "undone"),
    (OUTCOMES, "daily = true\noutcomes", "daily_window", "daily"),
    ('urgent = "suspected"', 'heavier = ["suspected"]', "urgent_needed", "heavier"),
    ('urgent = "suspected"', 'urgent = "suspected"\nheavier = ["positive"]', "unknown_output", "heavier"),
    ('urgent = "suspected"', 'urgent = "suspected"\nheavier = ["measure"]', "measure_type", "heavier"),
    ('link = "household"\nform', 'link = "houshold"\nform', "unknown_link", "link"),
    ('cough = "yes" }', 'cough = "maybe" }', "bad_answer", "cough"),
    ('missed = "county"\noutcomes', "outcomes", "missing_key", None),
    ("make = true", 'make = "yes"', "wrong_type", "make"),
]


@pytest.mark.parametrize(("old", "new", "code", "column"), TOML_MISTAKES)
def test_mistakes_in_the_toml(files: Files, old: str, new: str, code: str, column: str | None) -> None:
    broken = changed(files, "programme.toml", old, new)
    programme, findings = load(broken)
    assert programme is None
    found = next((one for one in findings if one.code == code), None)
    assert found is not None, [str(one) for one in findings]
    assert found.place.file == "programme.toml"
    assert found.place.column == column
    start = line_of(files, "programme.toml", old)
    near = range(start - 12, start + new.count("\n") + 4)
    assert found.place.row in near, f"{found} is not near line {start}"
    assert found.message.en != found.message.zh


def test_the_line_is_exact(files: Files) -> None:
    broken = changed(files, "programme.toml", 'post = "clinician"', 'post = "clinican"')
    found = only(load(broken)[1])
    assert found.place.row == line_of(broken, "programme.toml", 'post = "clinican"')
    assert "“clinician”" in found.message.en
    assert "“clinician”" in found.message.zh


def test_broken_toml_names_its_line(files: Files) -> None:
    broken = changed(files, "programme.toml", 'version = "1"', "version = ")
    found = only(load(broken)[1])
    assert (found.code, found.place.row) == ("bad_toml", 2)


def test_a_personal_fact_is_refused(files: Files) -> None:
    broken = changed(files, "programme.toml", 'privacy = "plain"', 'privacy = "personal"')
    codes = {found.code: found.place.row for found in load(broken)[1]}
    assert codes["personal_fact"] == line_of(broken, "programme.toml", 'privacy = "personal"')


def test_a_derived_fact_is_as_private_as_its_source(files: Files) -> None:
    text = files["programme.toml"].decode()
    head, tail = text.split('label = { en = "Days with fever"')
    broken = {
        **files,
        "programme.toml": (
            head + 'label = { en = "Days with fever"' + tail.replace('"sensitive"', '"plain"', 1)
        ).encode(),
    }
    assert [found.code for found in load(broken)[1]] == ["less_private"]


FORM_BINDINGS = [
    ("| plain | arrived |", "| plain | arived |", "unknown_fact", "fact"),
    ("| plain | arrived |", "| personal | arrived |", "personal_to_fact", "fact"),
    ("| plain | arrived |", "| sensitive | arrived |", "fact_less_private", "privacy"),
    ("| plain | arrived |", "| plain | seen_at |", "fact_type", "fact"),
    ("| plain | arrived |", "| sensitive | fever_days |", "fact_derived", "fact"),
    ("| sensitive |  |  | household |", "| sensitive |  |  | house |", "unknown_link", "link"),
    ("| happened_at() | plain | seen_at |", "| ${temperature} * 2 | plain | seen_at |", "fact_type", "fact"),
    ("| happened_at() | plain | seen_at |", "| happened_at() | plain | arrived |", "fact_twice", "fact"),
]


@pytest.mark.parametrize(("old", "new", "code", "column"), FORM_BINDINGS)
def test_what_a_form_sets(files: Files, old: str, new: str, code: str, column: str) -> None:
    broken = changed(files, "forms/check.md", old, new)
    programme, findings = load(broken)
    found = next((one for one in findings if one.code == code), None)
    assert programme is None
    assert found is not None, [str(one) for one in findings]
    row = line_of(files, "forms/check.md", old)
    assert (found.place.file, found.place.sheet, found.place.row, found.place.column) == (
        "forms/check.md",
        "survey",
        row,
        column,
    )


def test_a_choice_list_that_is_not_yes_or_no_sets_no_boolean(files: Files) -> None:
    broken = changed(files, "forms/check.md", "| yes_no | no | No | 否 |", "| yes_no | maybe | Maybe | 也许 |")
    assert "fact_type" in {found.code for found in load(broken)[1]}


def test_the_form_is_called_like_its_file(files: Files) -> None:
    data = files.pop("forms/check.md")
    broken = {**files, "forms/daily.md": data}
    assert "other_form_id" in {found.code for found in load(broken)[1]}


def test_an_undeclared_measure_is_named_in_the_table(files: Files) -> None:
    broken = changed(files, "tables/measure.csv", '"""none""",,"""exp', '"""nothing""",,"""exp')
    broken = changed(broken, "tables/measure.csv", '""none"""', '""nothing"""')
    found = next(one for one in load(broken)[1] if one.code == "unknown_measure")
    assert (found.place.file, found.place.row, found.place.column) == ("tables/measure.csv", 10, "measure")


def test_a_table_over_an_unknown_input_is_refused(files: Files) -> None:
    broken = changed(files, "tables/measure.csv", "name,cough,days", "name,coughs,days")
    programme, findings = load(broken)
    assert programme is None
    assert {found.place.file for found in errors(findings)} >= {"tables/measure.csv"}


PERMISSION_MISTAKES = [
    ("post,action,on", "post,action", "permission_header", 1, None),
    ("grid_worker,see,*", "grid_workers,see,*", "unknown_post", 2, "post"),
    ("grid_worker,see,*", "grid_worker,look,*", "unknown_action", 2, "action"),
    ("grid_worker,see,*", "grid_worker,see,check", "only_star", 2, "on"),
    ("grid_worker,fill,check", "grid_worker,fill,chek", "unknown_form", 3, "on"),
    ("grid_worker,fill,check", "grid_worker,fill", "permission_cells", 3, None),
    ("grid_worker,see,*", "clinician,fill,*", "twice", 4, None),
]


@pytest.mark.parametrize(("old", "new", "code", "row", "column"), PERMISSION_MISTAKES)
def test_mistakes_in_permissions(files: Files, old: str, new: str, code: str, row: int, column: str | None) -> None:
    found = next(one for one in load(changed(files, "permissions.csv", old, new))[1] if one.code == code)
    assert (found.place.file, found.place.row, found.place.column) == ("permissions.csv", row, column)


def test_a_post_that_cannot_do_its_task_is_a_warning(files: Files) -> None:
    programme, findings = load(changed(files, "permissions.csv", "clinician,fill,*\n", ""))
    found = only(findings)
    assert programme is not None
    assert (found.code, found.severity) == ("cannot_do", Severity.WARNING)


def test_leftovers_are_warnings(files: Files) -> None:
    programme, findings = load({**files, "tables/old.csv": b"x", "README.md": b"what it is"})
    assert programme is not None
    assert only(findings).place.file == "tables/old.csv"


def test_a_fact_nobody_sets_is_a_warning(files: Files) -> None:
    broken = changed(files, "forms/check.md", "| plain | seen_at |", "| plain |  |")
    found = only(load(broken)[1])
    assert (found.code, found.place.row) == ("unset_fact", line_of(files, "programme.toml", 'name = "seen_at"'))


def test_missing_files(files: Files) -> None:
    assert only(load({})[1]).code == "missing_file"
    del files["permissions.csv"]
    assert {found.code for found in errors(load(files)[1])} == {"missing_file"}


def test_check_reads_the_disk(files: Files, tmp_path: Path) -> None:
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert check(tmp_path) == []
    (tmp_path / "programme.toml").unlink()
    assert only(check(tmp_path)).code == "missing_file"
    assert only(check(tmp_path / "nowhere")).code == "no_folder"


def test_findings_are_told_all_at_once(files: Files) -> None:
    broken = changed(files, "programme.toml", 'post = "clinician"', 'post = "x"')
    broken = changed(broken, "forms/check.md", "| plain | arrived |", "| plain | x |")
    broken = changed(broken, "permissions.csv", "grid_worker,see,*", "x,see,*")
    assert {found.place.file for found in errors(load(broken)[1])} >= {
        "programme.toml",
        "forms/check.md",
        "permissions.csv",
    }


def test_the_place_is_a_text_fact(files: Files) -> None:
    named = changed(files, "programme.toml", "retention", 'place = "code"\nretention')
    assert {found.code for found in load(named)[1]} == {"unknown_fact"}
    named = changed(files, "programme.toml", "retention", 'place = "cough"\nretention')
    assert [found.place.column for found in load(named)[1]] == ["place"]
    assert loaded(files).place is None


def test_what_was_published_before_a_check_came_still_loads(files: Files) -> None:
    old = changed(files, "programme.toml", '{ symptoms = ["none"] }', '{ temperature = 36.5, symptoms = ["none"] }')
    assert [one.code for one in load(old)[1]] == ["quick_number"]
    programme, findings = load(old, published=True)
    assert findings == []
    assert programme is not None
    assert programme.tasks["morning"].quick[0].answers["temperature"] == 36.5


@pytest.mark.parametrize("kind", ["decimal", "integer"])
def test_a_number_asked_day_by_day_has_no_default(files: Files, kind: str) -> None:
    row = "| sensitive | temperature |  |  |  | {} |"
    form = changed(files, "forms/check.md", "| decimal | temperature", f"| {kind} | temperature")
    form = changed(form, "forms/check.md", "| aliases | cleared |", "| aliases | default |")
    for default, wrong in (("", False), ("36", True)):
        found = load(changed(form, "forms/check.md", row.format("yes"), row.format(default)))[1]
        assert ("measured_default" in [one.code for one in found]) is wrong
