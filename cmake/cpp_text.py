"""C++ as the lints read it: the same text with comments and literals blanked, line numbers kept.

Used by check_layers.py and check_coroutines.py.
"""

import re

_TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<fence>[^()\s\\]{0,16})\(.*?\)(?P=fence)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)


def _blank(text):
    return re.sub(r'[^\n]', ' ', text)


def without_comments(text):
    """Comments become spaces; string literals (and so `#include "..."`) stay."""
    def keep_literals(match):
        token = match.group(0)
        return _blank(token) if token.startswith(('//', '/*')) else token

    return _TOKEN.sub(keep_literals, text)


def code_only(text):
    """Comments and the insides of literals become spaces, so that every brace left is code."""
    def hollow(match):
        token = match.group(0)
        if token.startswith(('//', '/*')):
            return _blank(token)
        return token[0] + _blank(token[1:-1]) + token[-1]

    return _TOKEN.sub(hollow, text)
