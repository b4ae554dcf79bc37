"""What can be wrong with a request as such; part of the catalogue of ``kernel.errors``."""

from __future__ import annotations

from typing import Final

from fangxian.kernel.errors import Kind
from fangxian.kernel.text import Text

INVALID: Final = Kind("invalid_request", 422, Text(
    "The request is not as the API describes it: {places}. Compare it with /api/v1/openapi.json.",
    "请求与接口说明不符：{places}。请对照 /api/v1/openapi.json 修改。"))
UNPARSED: Final = Kind("unparsed", 400, Text(
    "The body is not JSON. Send JSON in UTF-8.", "请求正文不是 JSON。请发送 UTF-8 编码的 JSON。"))
FORGED: Final = Kind("csrf", 403, Text(
    "The request came without the token of your session. Send the cookie csrftoken in the header X-CSRFToken.",
    "请求缺少会话令牌。请在 X-CSRFToken 请求头中附上 csrftoken。"))

CATALOGUE: Final = (INVALID, UNPARSED, FORGED)
