"""A small programme with one of everything, to be broken in one place by each test."""

# ruff: noqa: E501 a Markdown table has its rows in one line each

from __future__ import annotations

import pytest

TOML = """\
id = "trial"
version = "1"
title = { en = "Trial", zh = "试验" }
subject = "person"
retention_months = 6

[[fact]]
name = "arrived"
type = "date"
label = { en = "Arrived", zh = "抵达" }
privacy = "plain"

[[fact]]
name = "temperature"
type = "number"
label = { en = "Temperature", zh = "体温" }
unit = "°C"
privacy = "sensitive"

[[fact]]
name = "cough"
type = "boolean"
label = { en = "Cough", zh = "咳嗽" }
privacy = "sensitive"

[[fact]]
name = "seen_at"
type = "datetime"
label = { en = "Seen", zh = "见面时间" }
privacy = "plain"

[[fact]]
name = "fever_days"
type = "integer"
label = { en = "Days with fever", zh = "发热天数" }
privacy = "sensitive"
days_in_a_row = { of = "temperature", test = ">= 37.3" }

[[fact]]
name = "checks"
type = "integer"
label = { en = "Checks", zh = "次数" }
privacy = "plain"
count = { form = "check" }

[[input]]
name = "days"
type = "integer"
label = { en = "Days since arrival", zh = "抵达天数" }
days_since = "arrived"

[[table]]
name = "measure"

[decision]
measure = "measure"
until = "until"
stage = "stage"
urgent = "suspected"

[cohort]
of = "seen_at"
stages = ["expected", "managed"]
walk_in = "cough"

[[measure]]
name = "watch"
label = { en = "Watch", zh = "观察" }
managed = true

[[measure]]
name = "none"
label = { en = "None", zh = "无" }
managed = false

[[task]]
kind = "morning"
label = { en = "Morning", zh = "上午" }
form = "check"
when = { measure = '"watch"', cough = 'not(true)' }
window = ["08:00", "10:00"]
accept_from = "06:00"
days = [1, 7]
anchor = "arrived"
post = "grid_worker"
late = [{ after = "PT1H", tell = "community" }, { after = "PT2H", tell = "township" }]
missed = "county"
outcomes = { not_home = "escalate", moved = "excuse" }
measured = { question = "temperature", whole = [35, 39], below = 37.3 }

[[task.quick]]
label = { en = "All well", zh = "正常" }
answers = { symptoms = ["none"] }

[[task]]
kind = "act"
form = "check"
when = { suspected = "true" }
due_within = "PT2H"
post = "clinician"
missed = "county"
urgent = true
not_before_until = true

[[link]]
kind = "household"
to = "household"
make = true
label = { en = "Household", zh = "同住" }

[[consequence]]
when = { suspected = "true" }
link = "household"
form = "check"
answers = { symptoms = ["cough"], cough = "yes" }
"""

PERMISSIONS = """\
post,action,on
grid_worker,see,*
grid_worker,fill,check
clinician,fill,*
"""

FORM = """\
# survey

| type | name | label::English (en) | label::中文 (zh) | required | relevant | constraint | constraint_message::English (en) | constraint_message::中文 (zh) | calculation | privacy | fact | identity | link | aliases | cleared |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
| text | name | Name | 姓名 |  |  |  |  |  |  | personal |  | name |  | 姓名\\|Name |  |
| date | arrived | Arrived | 抵达 |  |  | . <= today() |  |  |  | plain | arrived |  |  |  |  |
| begin_group | health | Health | 健康 |  |  |  |  |  |  |  |  |  |  |  |  |
| decimal | temperature | Temperature | 体温 |  |  | . >= 34 and . <= 43 | Between 34 and 43. | 应在34至43之间。 |  | sensitive | temperature |  |  |  | yes |
| select_multiple symptoms | symptoms | Symptoms | 症状 | yes |  | not(selected(., 'none') and count-selected(.) > 1) |  |  |  | sensitive |  |  |  |  |  |
| select_one yes_no | cough | Cough at night | 夜间咳嗽 |  | selected(${symptoms}, 'cough') |  |  |  |  | sensitive | cough |  |  |  |  |
| end_group |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |
| text | household | Household | 同住 |  |  |  |  |  |  | sensitive |  |  | household |  |  |
| note | warning | Fever of ${temperature} | 发热 ${temperature} |  | ${temperature} >= 37.3 |  |  |  |  | plain |  |  |  |  |  |
| calculate | seen_at |  |  |  |  |  |  |  | happened_at() | plain | seen_at |  |  |  |  |

# choices

| list_name | name | label::English (en) | label::中文 (zh) | aliases |
|---|---|---|---|---|
| symptoms | none | None | 无 |  |
| symptoms | cough | Cough | 咳嗽 | 干咳\\|咳痰 |
| yes_no | yes | Yes | 是 |  |
| yes_no | no | No | 否 |  |

# settings

| form_title::English (en) | form_title::中文 (zh) | form_id | version |
|---|---|---|---|
| Check | 检查 | check | 1 |
"""

TABLE = '''\
measure,hit policy,F,,,,
label,Measure,措施,,,,
,input,input,output,output,output,output
name,cough,days,measure,until,stage,suspected
type,boolean,integer,text,date,text,boolean
values,,,"""watch"",""none""",,"""expected"",""managed""",
required,no,no,,,,
1,true,-,"""watch""","arrived + duration(""P14D"")","""managed""",true
2,"false,unknown",< 14,"""watch""","arrived + duration(""P14D"")","""managed""",false
3,"false,unknown","[14..100000),unknown,< 0,>= 100000","""none""",,"""expected""",false
'''

CASES = """\
case,cough,days,arrived,measure,until,stage,suspected,row
coughs,true,3,2020-03-01,watch,2020-03-15,managed,true,1
"""


@pytest.fixture
def files() -> dict[str, bytes]:
    """A folder without a mistake."""
    texts = {
        "programme.toml": TOML,
        "permissions.csv": PERMISSIONS,
        "forms/check.md": FORM,
        "tables/measure.csv": TABLE,
        "cases/measure.csv": CASES,
    }
    return {name: text.encode() for name, text in texts.items()}
