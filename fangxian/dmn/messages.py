"""What reading a decision table may find."""

from __future__ import annotations

from typing import Final

from fangxian.kernel.text import Text

NO_POLICY: Final = Text(
    "no row names the table and its hit policy; begin with: the table's name, hit policy, one of U A P F C R O",
    "缺少“表名, hit policy, U/A/P/F/C/R/O”一行；请放在第一行",
)
BAD_POLICY: Final = Text(
    "{found} is no hit policy; use one of U A P F C R O C+ C< C> C#",
    "{found} 不是 hit policy；请用 U、A、P、F、C、R、O、C+、C<、C>、C# 之一",
)
NO_ORDER: Final = Text(
    "hit policy {policy} takes rows in the order of an output's values; list them in the row “values”, the first first",
    "hit policy {policy} 按输出取值的先后确定次序；请在 values 行按先后列出取值",
)
FREE_ORDER: Final = Text(
    "an output that gives the order must be one of its listed values; write one of them",
    "决定次序的输出必须是所列取值之一；请填写其中一个",
)
ONE_OUTPUT: Final = Text(
    "hit policy {policy} makes one value of all rows, of one output; make a table for each",
    "hit policy {policy} 由一个输出汇总成一个值；请为每个输出各建一表",
)
NO_SUM: Final = Text(
    "a {kind} cannot be taken together by {policy}; use {kinds}", "{policy} 不能汇总类型 {kind}；请用 {kinds}"
)
NO_HEADING: Final = Text("the heading row “{heading}” is missing; add it", "缺少表头行“{heading}”；请补上")
NO_ROLES: Final = Text(
    "no row of roles; add one with an empty first cell and input, output or annotation for each column",
    "缺少角色行；请添加首格为空、各列为 input、output 或 annotation 的一行",
)
ODD_HEADING: Final = Text(
    "“{heading}” is neither a heading nor a row number; "
    "use label, name, label_en, label_zh, type, values, required or a number",
    "“{heading}”既不是表头也不是行号；请用 label、name、label_en、label_zh、type、values、required 或行号",
)
TWICE: Final = Text("“{what}” is there twice; remove or rename one", "“{what}”出现两次；请删除或改名")
BAD_ROLE: Final = Text(
    "{found} is not a role; use input, output or annotation", "{found} 不是角色；请用 input、output 或 annotation"
)
BAD_NAME: Final = Text(
    "“{found}” cannot name a column; use letters, digits and _, and no word of the language",
    "“{found}”不能作列名；请用字母、数字和 _，且不与关键字相同",
)
BAD_TYPE: Final = Text("{found} is not a type; use one of {types}", "{found} 不是类型；请用 {types} 之一")
NO_LIST_OUTPUT: Final = Text(
    "a collecting table makes the list itself; give the type of one element",
    "C、R、O 表会自行生成列表；请写单个元素的类型",
)
BAD_REQUIRED: Final = Text("required is yes or no", "required 只能是 yes 或 no")
FREE_VALUES: Final = Text(
    "allowed values are literals; remove names and unknown", "允许取值只能是字面值；请删除名称和 unknown"
)
NO_INPUTS: Final = Text("the table has no {role} column; add one", "表中没有 {role} 列；请添加")
NO_RULES: Final = Text("the table has no rows below its heading; add one", "表头之下没有规则行；请添加")
BEYOND: Final = Text(
    "this cell is beyond the last column; give the column a role or empty the cell",
    "该单元格超出最后一列；请为该列指定角色或清空",
)
NO_NUMBER: Final = Text("the row has no number; write one into the first cell", "该行没有行号；请在首格填写")
UNKNOWN_INPUT: Final = Text(
    "{name} is neither a fact nor an input nor an output of an earlier table; correct the name or declare it",
    "{name} 不是事实、输入或前面表的输出；请更正名称或先声明",
)
OTHER_TYPE: Final = Text("{name} is declared as {known}; use that type", "{name} 已声明为 {known}；请用该类型")
TAKEN: Final = Text(
    "{name} is already known before this table; give the output another name",
    "{name} 在本表之前已存在；请给输出另取名称",
)
