"""Tables the tests share."""

from __future__ import annotations

from fangxian.dmn.read import read_csv
from fangxian.dmn.types import Table
from fangxian.kernel.values import ValueType

ENTRY_INPUTS = {
    "suspected": ValueType.BOOLEAN,
    "contact_of_case": ValueType.BOOLEAN,
    "origin_risk": ValueType.TEXT,
    "days_since_arrival": ValueType.INTEGER,
    "released": ValueType.BOOLEAN,
    "home_suitable": ValueType.BOOLEAN,
    "frail": ValueType.BOOLEAN,
    "arrival_date": ValueType.DATE,
    "last_contact": ValueType.DATE,
}
ARRIVAL = '"arrival_date + duration(""P14D"")"'
LATER = '"max(last_contact, arrival_date) + duration(""P14D"")"'
ENTRY = f'''measure,hit policy,F
label,Measure,管理措施
,input,input,input,input,input,input,input,output,output,annotation,annotation
name,suspected,contact_of_case,origin_risk,days_since_arrival,released,home_suitable,frail,measure,until,reason_en,reason_zh
type,boolean,boolean,text,integer,boolean,boolean,boolean,text,date,text,text
values,,,"""high"",""medium"",""low""",,,,,,,,
required,no,yes,yes,yes,yes,no,no,,,,
1,true,-,-,-,-,-,-,"""hospital""",,Suspected case,疑似病例
2,false,true,-,-,-,-,"false,unknown","""central isolation""",{LATER},Contact of a case,密接
3,false,true,-,-,-,true,true,"""home isolation""",{LATER},Frail contact at home,体弱密接
4,"false,unknown",false,"""high""",-,false,-,"false,unknown","""central isolation""",{ARRIVAL},High risk,高风险
5,"false,unknown",false,"""high""",-,false,true,true,"""home isolation""",{ARRIVAL},High risk at home,高风险居家
6,"false,unknown",false,"""medium""",-,false,true,-,"""home isolation""",{ARRIVAL},Medium risk,中风险
7,"false,unknown",false,"""medium""",-,false,"false,unknown",-,"""central isolation""",{ARRIVAL},Unsuitable,家中不宜
8,"false,unknown",false,"""low""",< 14,false,-,-,"""observation""",{ARRIVAL},Low risk,低风险
9,"false,unknown",false,-,-,true,-,-,"""none""",,Released,已解除
10,"false,unknown",false,"""low""",>= 14,false,-,-,"""none""",,Fourteen days over,满十四天
'''


def entry(policy: str = "F") -> Table:
    return table(ENTRY.replace("hit policy,F", f"hit policy,{policy}"), ENTRY_INPUTS)


def table(text: str, known: dict[str, ValueType] | None = None) -> Table:
    """The table, which must have no mistakes."""
    found, findings = read_csv(text, "table.csv", known)
    assert found is not None, [str(finding) for finding in findings]
    return found
