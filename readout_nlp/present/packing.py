"""Text packed into a page: raw DEFLATE as base64, which the page's own script unpacks."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any


def deflated(text: str) -> str:
    """Base64 of raw DEFLATE of UTF-8, as a browser unpacks it without a library.

    Examples
    --------
    >>> zlib.decompress(base64.b64decode(deflated("会议")), -15).decode()
    '会议'
    """
    pressed = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return base64.b64encode(pressed.compress(text.encode()) + pressed.flush()).decode("ascii")


def inflated(packed: str) -> Any:
    """Give back what `deflated` has packed, as JSON values.

    Examples
    --------
    >>> inflated(deflated('["会议"]'))
    ['会议']
    """
    return json.loads(zlib.decompress(base64.b64decode(packed), -zlib.MAX_WBITS))
