"""The DMN Technology Compatibility Kit's decision tables, of every hit policy."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from fangxian.dmn.check import check_table
from fangxian.dmn.engine import Chain
from fangxian.dmn.types import Table
from fangxian.kernel.findings import errors
from fangxian.kernel.values import ValueType

from .both_ways import agreed
from .examples import table

KIT = Path(__file__).resolve().parents[2] / "../shared/data/dmn-tck"
POLICIES = {"UNIQUE": "U", "ANY": "A", "FIRST": "F", "PRIORITY": "P", "COLLECT": "C", "RULE ORDER": "R",
            "OUTPUT ORDER": "O", None: "U"}  # fmt: skip
SIGNS = {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#", None: ""}
TYPES = {"number": ValueType.NUMBER, "string": ValueType.TEXT, "boolean": ValueType.BOOLEAN}
MODELS = sorted(path.name for path in KIT.glob("0*")) or ["none"]


def tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def inside(element: ET.Element, *path: str) -> list[ET.Element]:
    """Descendants by local names."""
    found = [element]
    for name in path:
        found = [child for one in found for child in one if tag(child) == name]
    return found


def text(element: ET.Element, *path: str) -> str:
    found = inside(element, *path)
    return (found[0].text or "").strip() if found else ""


def identifier(name: str) -> str:
    return name.replace(" ", "_").replace("/", "_")


def read_model(folder: Path) -> tuple[Table, dict[str, ValueType]]:
    root = ET.parse(next(folder.glob("*.dmn"))).getroot()
    (decision,) = inside(root, "decision")
    (model,) = inside(decision, "decisionTable")
    policy, aggregation = model.get("hitPolicy"), model.get("aggregation")
    inputs = {text(one, "inputExpression", "text"): kind_of(one) for one in inside(model, "input")}
    outputs = [identifier(one.get("name") or decision.get("name") or "") for one in inside(model, "output")]
    rows = [
        ["model", "hit policy", POLICIES[policy] + SIGNS[aggregation]],
        ["", *["input"] * len(inputs), *["output"] * len(outputs)],
        ["name", *inputs, *outputs],
        ["type", *(kind.value for kind in inputs.values()), *output_types(root, decision, model)],
        ["values", *(text(one, "inputValues", "text") for one in inside(model, "input")),
         *(text(one, "outputValues", "text") for one in inside(model, "output"))],
        ["required", *["yes"] * len(inputs)],
    ]
    for number, rule in enumerate(inside(model, "rule"), 1):
        rows.append(
            [str(number), *(text(one, "text") for one in inside(rule, "inputEntry") + inside(rule, "outputEntry"))]
        )
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return table(file.getvalue()), inputs


def kind_of(entry: ET.Element) -> ValueType:
    return TYPES[inside(entry, "inputExpression")[0].get("typeRef") or ""]


def output_types(root: ET.Element, decision: ET.Element, model: ET.Element) -> list[str]:
    whole = inside(decision, "variable")[0].get("typeRef") or ""
    named = {one.get("name"): text(one, "typeRef") for one in inside(root, "itemDefinition")}
    return [TYPES[one.get("typeRef") or named.get(whole, whole)].value for one in inside(model, "output")]


def value(element: ET.Element) -> Any:
    kind, given = next(iter(element.attrib.values())).rpartition(":")[2], element.text or ""
    if kind == "decimal":
        return float(given)
    return given == "true" if kind == "boolean" else given


def expected(case: ET.Element, output: str) -> dict[str, Any]:
    (wanted,) = inside(case, "resultNode", "expected")
    items = [of_one(item, output) for item in inside(wanted, "list", "item")]
    return {name: [item[name] for item in items] for name in items[0]} if items else of_one(wanted, output)


def of_one(wanted: ET.Element, output: str) -> dict[str, Any]:
    components = inside(wanted, "component")
    if not components:
        return {output: value(inside(wanted, "value")[0])}
    return {identifier(one.get("name") or ""): value(inside(one, "value")[0]) for one in components}


@pytest.mark.parametrize("model", MODELS)
def test_kit(model: str) -> None:
    if not KIT.is_dir():
        pytest.skip("the compatibility kit is not beside the checkout")
    parsed, inputs = read_model(KIT / model)
    assert not errors(check_table(parsed))
    chain = Chain([parsed], inputs)
    cases = [
        one
        for file in sorted((KIT / model).glob("*-test-*.xml"))
        for one in inside(ET.parse(file).getroot(), "testCase")
    ]
    assert cases
    for case in cases:
        given = {one.get("name") or "": value(inside(one, "value")[0]) for one in inside(case, "inputNode")}
        (found,) = agreed(chain, [given])
        for name, wanted in expected(case, parsed.outputs[0].name).items():
            assert found[name] == wanted, case.get("id")
