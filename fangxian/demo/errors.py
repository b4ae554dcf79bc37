"""What can be wrong with loading or throwing away a demo."""

from __future__ import annotations

from typing import Final

from fangxian.kernel.errors import Kind
from fangxian.kernel.text import Text

HALF_A_DEMO: Final = Kind("half_a_demo", 409, Text(
    "Loading the demo was interrupted here. Run: python -m fangxian.demo reset, then start again.",
    "演示数据上次未载入完。请先运行 python -m fangxian.demo reset，再重新启动。"))
OTHER_COUNTY: Final = Kind("other_county", 409, Text(
    "This database holds a county already. Load the demo into an empty one.",
    "该数据库中已有其他县的数据。请在空数据库中载入演示。"))
NO_DEMO: Final = Kind("no_demo", 409, Text(
    "This database holds no demo; nothing was thrown away. Check DATABASE_URL.",
    "该数据库中没有演示数据，未删除任何内容。请核对 DATABASE_URL。"))
