"""The catalogue of mistakes a programme folder can have: a code, and a sentence that says what to do."""

from __future__ import annotations

from typing import Final

from fangxian.kernel.text import Text

MEANT: Final = {
    "nearest": Text("Did you mean “{name}”?", "是否应为“{name}”？"),
    "all": Text("Use one of: {names}.", "可用：{names}。"),
    "none": Text("There is none to choose from; declare it first.", "目前没有可选项，请先声明。"),
}

_FOLDER: Final = {
    "no_folder": Text("There is no such folder. Check the path.", "找不到该文件夹，请核对路径。"),
    "folder_too_big": Text(
        "A programme has at most {files} files and {megabytes} MB. Take out what does not belong to it.",
        "专项文件夹最多{files}个文件、{megabytes} MB，请移除无关内容。",
    ),
    "file_too_big": Text(
        "The file is bigger than {megabytes} MB. Make it smaller.", "文件超过{megabytes} MB，请缩小。"
    ),
    "link_out": Text(
        "The link leads out of the folder. Put the file itself here.", "链接指向文件夹之外，请直接放入文件。"
    ),
    "not_a_file": Text("This is no ordinary file. Take it out.", "这不是普通文件，请移除。"),
    "not_a_package": Text(
        "This is not a packed programme. Publish the folder again.", "这不是打包的专项，请重新发布。"
    ),
    "missing_file": Text("The file {name} is missing. Add it.", "缺少文件 {name}，请添加。"),
    "unused_file": Text(
        "Nothing uses this file. Declare it in programme.toml or take it out.",
        "没有内容使用该文件，请在 programme.toml 中声明或移除。",
    ),
    "two_files": Text(
        "{name} is there twice with different endings. Keep one.", "{name} 有两个不同后缀的文件，请只保留一个。"
    ),
    "not_utf8": Text("The file is not UTF-8. Save it again as UTF-8.", "文件编码不是 UTF-8，请另存为 UTF-8。"),
    "bad_csv": Text("The CSV cannot be read: {reason}. Correct the quotes.", "无法读取 CSV：{reason}。请检查引号。"),
}

_TOML: Final = {
    "bad_toml": Text("This is not TOML: {reason}. Correct the line.", "TOML 语法有误：{reason}。请更正该行。"),
    "unknown_key": Text("“{name}” is no key here.", "此处没有键“{name}”。"),
    "missing_key": Text("“{name}” is missing. Add it.", "缺少“{name}”，请添加。"),
    "wrong_type": Text("“{name}” must be {wanted}. Correct it.", "“{name}”必须是{wanted_zh}，请更正。"),
    "bad_name": Text(
        "“{name}” cannot be a name. Use small letters, digits and _, beginning with a letter, and a name not reserved.",
        "“{name}”不能用作名称。请用小写字母、数字和下划线，以字母开头，且不得为保留名。",
    ),
    "twice": Text("“{name}” is there twice. Rename or take out one of them.", "“{name}”重复，请改名或删去其一。"),
    "bad_time": Text('“{name}” is no time of day. Write it as "08:00".', '“{name}”不是时间，请写作 "08:00"。'),
    "bad_duration": Text(
        '“{name}” is no duration. Write it as "PT1H", "PT30M" or "P1D".',
        '“{name}”不是时长，请写作 "PT1H"、"PT30M" 或 "P1D"。',
    ),
    "does_not_run": Text(
        "The programme does not run: {reason}. Take out what was added last, or tell the makers of Fangxian.",
        "专项无法运行：{reason}。请移除最近添加的内容，或告知防线开发者。",
    ),
    "changed_subject": Text(
        "The programme is about “{before}” and its records are; it cannot become about “{name}”. Give it another id.",
        "该专项及其记录的对象为“{before}”，不能改为“{name}”。请换一个专项编号。",
    ),
    "changed_type": Text(
        "“{name}” was published as {before} and stays so. Give the new fact another name.",
        "“{name}”已按 {before} 类型发布，不能更改。请为新的事实另取名称。",
    ),
    "unknown_kind": Text(
        "Nobody declares subjects of the kind “{name}”.", "没有任何专项声明对象类型“{name}”。"
    ),
    "kept_derived": Text(
        "A derived fact is computed anew each time. Take the key out here and set it at the fact it is made from.",
        "推导的事实每次重新计算，请删去此键，改在其来源事实上设置。",
    ),
    "kept_type": Text(
        "Values of type {name} have no greatest or least. Take keep out.", "类型 {name} 没有最大或最小值，请删去 keep。"
    ),
    "keep_needed": Text(
        'This goes with keep = "greatest" or "least" at “{name}”. Set it there or take this out.',
        '须先为“{name}”设 keep = "greatest" 或 "least"，否则请删去此项。',
    ),
    "one_derivation": Text(
        "A fact is derived in one way only. Keep one of them.", "一个事实只能有一种推导方式，请保留其一。"
    ),
    "one_of_two": Text("Give exactly one of {name}.", "{name} 必须且只能给出一个。"),
    "derived_type": Text(
        '{name} gives the type {wanted}. Set type = "{wanted}".', '{name} 的类型为 {wanted}，请设 type = "{wanted}"。'
    ),
    "derived_of_derived": Text(
        "“{name}” is itself derived. Derive from a fact that a form sets.",
        "“{name}”本身是推导的，请用表单填写的事实推导。",
    ),
    "less_private": Text(
        'It is made from “{name}”, which is sensitive. Set privacy = "sensitive".',
        '它来自敏感的“{name}”，请设 privacy = "sensitive"。',
    ),
    "personal_fact": Text(
        "A fact is never personal: it would be kept unencrypted. Set privacy to plain or sensitive.",
        "事实不能是个人身份信息（不加密保存），请设为 plain 或 sensitive。",
    ),
    "not_a_date": Text(
        "“{name}” is not of type {wanted}. Name one that is.", "“{name}”的类型不是 {wanted}，请改用该类型的事实。"
    ),
    "unknown_fact": Text("There is no fact “{name}”.", "没有事实“{name}”。"),
    "unknown_column": Text("“{name}” is no column here.", "此处没有列“{name}”。"),
    "unknown_name": Text("“{name}” is no fact, input or output.", "“{name}”不是事实、输入或输出。"),
    "unknown_output": Text("No table gives “{name}”.", "没有决策表输出“{name}”。"),
    "unknown_form": Text("There is no form “{name}”.", "没有表单“{name}”。"),
    "unknown_link": Text("There is no link “{name}”.", "没有关联“{name}”。"),
    "unknown_post": Text("“{name}” is no kind of post.", "没有岗位类型“{name}”。"),
    "unknown_action": Text("“{name}” is no action.", "没有操作“{name}”。"),
    "unknown_tier": Text("“{name}” is no tier.", "没有层级“{name}”。"),
    "unknown_outcome": Text("“{name}” is no visit outcome.", "没有走访结果“{name}”。"),
    "unknown_word": Text("“{name}” is not possible here.", "此处不能填“{name}”。"),
    "no_condition": Text("Say when it applies: at least one condition.", "请至少给出一个条件。"),
    "window_order": Text(
        "The window must open before it is due, and accept no later than it opens. Correct the times.",
        "时段应先开始后截止，且 accept_from 不得晚于开始时间，请更正。",
    ),
    "window_or_within": Text(
        "A task has a window or due_within, not both. Take one out.",
        "任务只能有 window 或 due_within 之一，请删去一个。",
    ),
    "daily_window": Text(
        "A task with a window is done day by day anyhow. Take `daily` out.",
        "设有 window 的任务本来就逐日办理，请删去 daily。",
    ),
    "undone_alone": Text(
        "`undone` says what a form counts as that does not do the task. Add `done_when` or take it out.",
        "undone 表示表单未办成任务时视为何种走访结果，请添加 done_when 或删去。",
    ),
    "not_tested": Text(
        "The answer “{name}” is personal, a date or calculated: no test may look at it. Name another question.",
        "“{name}”的答案属于个人信息、日期或计算值，不能用于此条件，请改用其他问题。",
    ),
    "no_choice": Text(
        "“{name}” is none of the choices of the question. Write one of them.",
        "“{name}”不是该问题的选项，请填写其中一个选项。",
    ),
    "days_anchor": Text(
        "`days` and `anchor` go together, with a window. Add what is missing.",
        "days 与 anchor 须同时给出，并设 window，请补全。",
    ),
    "late_order": Text(
        "The steps of `late` must come later and later. Put them in order.", "late 各步时间须递增，请排好顺序。"
    ),
    "quick_number": Text(
        "“{name}” is a number, and a button would record what nobody measured. Take it out of the answers; to have it "
        'typed on the card, give the task measured = {{ question = "{name}" }}.',
        "“{name}”是数字，按钮会记下没人测量过的数值。请从答案中移除；如需在任务卡上填写，"
        '请给任务设 measured = {{ question = "{name}" }}。',
    ),
    "filed_number": Text(
        "“{name}” is measured, and the system would file a number that nobody took. Take it out of the answers.",
        "“{name}”需要测量，系统不能代填没人测量过的数值，请从答案中移除。",
    ),
    "not_measured": Text(
        "“{name}” is no question of the form that asks for a number. Name one of type integer, decimal or range.",
        "“{name}”不是该表单中填写数字的问题，请改用 integer、decimal 或 range 类型的问题。",
    ),
    "measured_alone": Text(
        "`measured` stands beside quick answers. Add a [[task.quick]] or take it out.",
        "measured 须与快捷回答一起使用，请添加 [[task.quick]] 或删去。",
    ),
    "bad_pad": Text(
        "`whole` is the first and the last whole number before the tenths, at most {most} apart, for a decimal "
        "question. Write it as [35, 39] or take it out.",
        "whole 是小数问题整数部分的首尾两个数，相差不超过{most}，如 [35, 39]，请更正或删去。",
    ),
    "measured_default": Text(
        "“{name}” is measured and opens with a number already in it. Take the default out of the form.",
        "“{name}”需要测量，却带有默认数值，请从表单中删去 default。",
    ),
    "reply_twice": Text(
        "“{name}” is in another [[reply]] already. A form replies to one form, and is replied to by one.",
        "“{name}”已用于另一个 [[reply]]。一个表单只能答复一个表单，也只能由一个表单答复。",
    ),
    "reply_number": Text(
        "“{name}” cannot be found by: it must be a text or barcode in both forms, not personal, and required in the "
        "reply. Correct the form.",
        "“{name}”不能用来查找：在两个表单中都须为 text 或 barcode、不得为 personal，且在答复表单中必填。请更正表单。",
    ),
    "reply_at": Text(
        "“{name}” is no moment. Name a question of type dateTime, or take `at` out.",
        "“{name}”不是时间题，请改用 dateTime 题，或删去 at。",
    ),
    "reply_awaited": Text(
        "“{name}” can never be looked at so: it must be a select_one, not personal. Write one of its choices.",
        "不能按此判断“{name}”：须为 select_one 且不得为 personal，并写其选项之一。",
    ),
    "decision_needed": Text(
        "{name} needs a [decision] that names the measure. Add one.", "{name} 需要 [decision] 指明措施，请添加。"
    ),
    "urgent_needed": Text(
        "`heavier` goes on from “urgent”. Name that output too.", "heavier 须在 urgent 之上，请同时给出 urgent。"
    ),
    "no_last_day": Text(
        "Only what has its time on the last day ends a measure. Set `not_before_until`, or take `ends_unasked` out.",
        "只有在最后一天办理的任务才能结束措施。请设 not_before_until，或删去 ends_unasked。",
    ),
    "no_until": Text(
        "[decision] names no “until”, which this task needs. Add it.", "该任务需要 [decision] 中的 until，请添加。"
    ),
    "measure_type": Text(
        "The output “{name}” must be of type {wanted}. Change its type in the table.",
        "输出“{name}”的类型必须是 {wanted}，请在决策表中更改。",
    ),
    "unknown_measure": Text(
        "The table can give “{name}”, which is not declared. Add a [[measure]] or correct the table.",
        "决策表会输出未声明的“{name}”，请添加 [[measure]] 或更正决策表。",
    ),
    "unused_measure": Text(
        "No row gives the measure “{name}”. Correct its name or take it out.",
        "没有任何一行输出措施“{name}”，请更正或删去。",
    ),
    "unknown_stage": Text(
        "The table can give “{name}”, which is not among the stages. Add it there or correct the table.",
        "决策表会输出“{name}”，但不在 stages 中，请添加或更正决策表。",
    ),
    "stage_needed": Text(
        "A cohort needs [decision] stage. Name the output that gives it.",
        "cohort 需要 [decision] 的 stage，请指明输出。",
    ),
}

_FORM: Final = {
    "unknown_sheet": Text("There is no sheet “{name}” in a form.", "表单中没有工作表“{name}”。"),
    "missing_sheet": Text(
        "The form has no sheet “survey” or “settings”. Add it.", "表单缺少 survey 或 settings 工作表，请添加。"
    ),
    "empty_sheet": Text("The sheet is empty. Fill it or take it out.", "工作表为空，请填写或删去。"),
    "sheet_too_big": Text(
        "The sheet has more than {rows} rows or {columns} columns. Delete what does not belong to it.",
        "工作表超过{rows}行或{columns}列，请删去无关内容。",
    ),
    "formula": Text("The cell is a formula. Put its value there.", "单元格是公式，请改为数值或文字。"),
    "too_many_cells": Text(
        "The row has more cells than there are headings. In Markdown write \\| for a | inside a cell.",
        "该行单元格多于列标题。Markdown 单元格内的 | 请写作 \\|。",
    ),
    "heading_twice": Text("The heading is there twice. Take one out.", "列标题重复，请删去一个。"),
    "missing_column": Text("The column is missing. Add it.", "缺少该列，请添加。"),
    "one_language": Text(
        "Give it in both languages: one column each, such as label::English (en).",
        "请用两种语言各设一列，如 label::中文 (zh)。",
    ),
    "missing_text": Text("The text is missing in this language. Add it.", "缺少该语言的文字，请补充。"),
    "empty_cell": Text("The cell is empty. Fill it.", "单元格为空，请填写。"),
    "one_settings_row": Text(
        "`settings` has exactly one row below its headings. Correct it.", "settings 在标题下只能有一行，请更正。"
    ),
    "bad_form_id": Text(
        "“{name}” is no form id. It is the file's name without the ending.",
        "“{name}”不是表单编号，应与文件名（不含后缀）相同。",
    ),
    "other_form_id": Text(
        "The form_id is not the file's name. Write “{name}”.", "form_id 与文件名不同，请写“{name}”。"
    ),
    "no_questions": Text(
        "A form has between 1 and {most} questions. Add some or split the form.",
        "表单应有1到{most}个问题，请添加或拆分。",
    ),
    "unknown_type": Text("“{name}” is no type of question held here.", "不支持题型“{name}”。"),
    "unknown_list": Text("There is no list “{name}” in `choices`.", "choices 中没有列表“{name}”。"),
    "no_or_other": Text(
        "“{name}”: or_other is not held. Add a choice and a text question instead.",
        "“{name}”：不支持 or_other，请增加选项和文字题。",
    ),
    "bad_range": Text(
        "“{name}” is no range. Write start=0 end=10 step=1.", "“{name}”不是有效范围，请写 start=0 end=10 step=1。"
    ),
    "bad_choice_name": Text(
        "“{name}” cannot be a choice's name. Use no spaces or quotes, at most 64 characters.",
        "“{name}”不能作选项名，不得含空格或引号，最多64个字符。",
    ),
    "group_open": Text("The group “{name}” is not closed. Add end_group.", "组“{name}”没有结束，请添加 end_group。"),
    "group_closed": Text("end_group closes nothing. Take it out.", "没有可结束的组，请删去该 end_group。"),
    "no_privacy": Text(
        "Say whether the answer is personal, sensitive or plain.", "请填写 personal、sensitive 或 plain。"
    ),
    "bad_privacy": Text(
        "“{name}” is none of personal, sensitive, plain. Write one of them.",
        "“{name}”不是 personal、sensitive、plain 之一，请更正。",
    ),
    "yes_or_no": Text("“{name}” is neither yes nor no. Write one of them.", "“{name}”不是 yes 或 no，请更正。"),
    "no_effect": Text("This does nothing for {type}. Empty the cell.", "对 {type} 无效，请清空该单元格。"),
    "bad_default": Text(
        "“{name}” is no answer to this question. Write a plain value.", "“{name}”不是该题的有效答案，请填固定值。"
    ),
    "unknown_identity": Text("“{name}” is no part of an identity.", "没有身份信息项“{name}”。"),
    "identity_not_personal": Text(
        "“{name}” identifies a person. Set privacy to personal.", "“{name}”属于个人身份信息，请设为 personal。"
    ),
    "unknown_question": Text("There is no question “{name}” in the form.", "表单中没有问题“{name}”。"),
    "circle": Text(
        "It depends on “{name}”, which depends on it. Take one of the two references out.",
        "它与“{name}”互相依赖，请去掉其中一个引用。",
    ),
    "personal_to_fact": Text(
        "A personal answer cannot set a fact, which is kept unencrypted. Empty `fact` or change the privacy.",
        "个人身份信息不能成为事实（不加密保存），请清空 fact 或更改 privacy。",
    ),
    "fact_less_private": Text(
        "The answer is sensitive, the fact “{name}” is plain. Make the fact sensitive.",
        "答案是敏感的，事实“{name}”却是 plain，请把事实设为 sensitive。",
    ),
    "fact_derived": Text(
        "“{name}” is derived and cannot be set. Empty the cell.", "“{name}”是推导的，不能填写，请清空。"
    ),
    "fact_type": Text(
        "The fact “{name}” is of type {wanted}, which this question does not give. Change one of the two.",
        "事实“{name}”的类型是 {wanted}，与该题不符，请更改其一。",
    ),
    "fact_twice": Text(
        "Two questions of this form set the fact “{name}”. Keep one.", "本表单有两题设置事实“{name}”，请保留一题。"
    ),
    "link_type": Text(
        "A link is made by a text, barcode or calculate question. Change the type.",
        "关联须用 text、barcode 或 calculate 题，请更改题型。",
    ),
    "unset_fact": Text(
        "No form sets the fact “{name}”. Add a question or take it out.", "没有表单设置事实“{name}”，请增加问题或删去。"
    ),
}

_PERMISSIONS: Final = {
    "permission_header": Text("The first row must be: post,action,on.", "首行必须是：post,action,on。"),
    "permission_cells": Text("A row has exactly three cells. Correct it.", "每行必须有三个单元格，请更正。"),
    "only_star": Text("“{name}” concerns the whole programme. Write * here.", "“{name}”针对整个专项，此处请写 *。"),
    "nobody_fills": Text(
        "No post may fill the form “{name}”. Add a line to permissions.csv.",
        "没有岗位可以填写表单“{name}”，请在 permissions.csv 中添加。",
    ),
    "cannot_do": Text(
        "The post “{post}” answers for the task “{name}” but may not fill “{form}”. Add the line to permissions.csv.",
        "岗位“{post}”负责任务“{name}”，却不能填写“{form}”，请在 permissions.csv 中添加。",
    ),
}

_TABLES: Final = {
    "no_table": Text(
        "There is no file for the table “{name}”. Add tables/{name}.csv.",
        "缺少决策表“{name}”的文件，请添加 tables/{name}.csv。",
    ),
    "other_table_name": Text(
        "The table calls itself “{found}”. Write “{name}”.", "表内名称为“{found}”，请写“{name}”。"
    ),
    "no_cases": Text(
        "The table “{name}” has no worked examples. Add cases/{name}.csv.",
        "决策表“{name}”没有案例，请添加 cases/{name}.csv。",
    ),
}

MESSAGES: Final = {**_FOLDER, **_TOML, **_FORM, **_PERMISSIONS, **_TABLES}
