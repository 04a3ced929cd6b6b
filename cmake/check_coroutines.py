#!/usr/bin/env python3
"""Refuses the uses of co_await that g++ 12 miscompiles. Run as a ctest and by `make check`.

g++ 12.2 silently skips the body of `if (co_await f())` in some coroutines, and destroys capturing
lambdas and braced temporaries of an awaited call twice. The whole family is avoided by one habit:
co_await stands only as a full statement,

    co_await f(lvalues);
    auto x = co_await f(lvalues);        // then test x
    x = co_await f(lvalues);

and whatever the call needs braces for (a lambda, an aggregate, a list) has a name first.
`co_return co_await f();` was seen to compile correctly, but is refused all the same: one rule.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cpp_text import code_only  # noqa: E402

FOLDERS = ('src', 'cache', 'providers', 'samples', 'bench', 'tests')
SUFFIXES = {'.cpp', '.hpp', '.h'}

_LABEL = re.compile(r'^\s*(?:case\b[^?;{}]*?(?<!:):(?!:)|default\s*:)')
_CONTROL = re.compile(r'^\s*(?:else\b|do\b)|^\s*(?:if(?:\s+constexpr)?|for|while)\s*(?=\()')
# `auto x =`, `const Result<T>& x =`, `auto [a, b] =`, `[[maybe_unused]] auto x =`, `this->x_ =`.
_TARGET = re.compile(r'^[\w\s:<>,&*\[\].]*(?:->[\w\s.\[\]]+)*(?<![=!<>+\-*/|&^%])=\s*$')
_OPERATOR = re.compile(r'\?|&&|\|\||[=!]=|(?<![-<>=!])=(?!=)')


def complaints_of(text):
    """(line, sentence) of every co_await in `text` that is not a plain full statement."""
    code = code_only(text)
    found = []
    for match in re.finditer(r'\bco_await\b', code):
        sentence = _complaint(code, match)
        if sentence:
            found.append((code.count('\n', 0, match.start()) + 1, sentence))
    return found


def _complaint(code, match):
    before, enclosed = _statement_before(code, match.start())
    if enclosed:
        return ('co_await inside parentheses or a condition; make it a statement of its own,'
                ' `auto x = co_await f(...);`, and test x.')
    before = _without_headers(before).strip()
    if re.search(r'\bco_await\b', before):
        return 'a second co_await in one statement; give each a statement of its own.'
    if re.search(r'\b(?:return|co_return|co_yield|throw)\b', before):
        return 'co_await inside a return; name the value first, then co_return it.'
    if before and not _TARGET.match(before):
        return 'co_await inside a larger expression; make it a statement of its own.'
    return _complaint_about_call(code, match.end())


def _statement_before(code, position):
    """The text between the start of the statement and `position`, and whether an open parenthesis
    or bracket lies between them."""
    depth, index = 0, position - 1
    while index >= 0:
        char = code[index]
        if char in ')]':
            depth += 1
        elif char in '([':
            if depth == 0:
                return '', True
            depth -= 1
        elif char in ';{}' and depth == 0:
            break
        index -= 1
    return code[index + 1:position], False


def _without_headers(before):
    """Drops labels and `if (...)`, `else`, `for (...)`, `while (...)` in front of a statement."""
    before = re.sub(r'^\s*#[^\n]*$', '', before, flags=re.MULTILINE)
    while True:
        label = _LABEL.match(before)
        if label:
            before = before[label.end():]
            continue
        control = _CONTROL.match(before)
        if not control:
            return before
        before = before[control.end():]
        if before.startswith('('):
            before = before[_closing(before):]


def _closing(text):
    """The index just after the parenthesis that closes the one `text` starts with."""
    depth = 0
    for index, char in enumerate(text):
        depth += (char == '(') - (char == ')')
        if depth == 0:
            return index + 1
    return len(text)


def _complaint_about_call(code, position):
    """Judges what follows co_await, up to the end of the statement."""
    depth = 0
    for index in range(position, len(code)):
        char = code[index]
        if char == '{':
            return ('braces inside the awaited call; name the lambda, aggregate or list before the'
                    ' co_await.')
        depth += (char in '([') - (char in ')]')
        if depth < 0 or char == '}':
            return 'co_await is not the whole statement; give it one of its own.'
        if char == ';' and depth == 0:
            break
        if depth == 0 and _OPERATOR.match(code, index):
            return 'co_await inside a larger expression; make it a statement of its own.'
    return None


def files_of(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob('*')):
            if path.suffix in SUFFIXES and 'node_modules' not in path.parts and path.is_file():
                yield path


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parent.parent)
    files, count = 0, 0
    for path in files_of(root):
        files += 1
        for line, sentence in complaints_of(path.read_text(encoding='utf-8')):
            print(f'{path.relative_to(root)}:{line}: {sentence}')
            count += 1
    print(f'coroutines: {files} files, {count} complaints')
    return 1 if count else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
