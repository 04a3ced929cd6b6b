#!/usr/bin/env python3
"""Sees cmake/check_headers.py refuse a header that does not stand alone."""

import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / 'cmake'))
import check_headers  # noqa: E402


class HeaderRules(unittest.TestCase):
    def check(self, header_text):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            (root / 'src' / 'base').mkdir(parents=True)
            (root / 'src' / 'base' / 'a.hpp').write_text(header_text, encoding='utf-8')
            command = (f'ccache g++ -I{root}/src -std=c++20 -include cmake_pch.hxx -Winvalid-pch'
                       f' -MD -MF a.d -o a.o -c {root}/src/base/a.cpp')
            entry = {'file': f'{root}/src/base/a.cpp', 'command': command}
            (root / 'compile_commands.json').write_text(json.dumps([entry]), encoding='utf-8')
            with mock.patch.object(check_headers, 'ROOT', root):
                return check_headers.main([str(root)])

    def test_a_header_that_stands_alone_passes(self):
        self.assertEqual(self.check('#pragma once\n#include <string>\nstd::string f();\n'), 0)

    def test_a_forgotten_include_fails(self):
        self.assertEqual(self.check('#pragma once\nstd::string f();\n'), 1)

    def test_a_missing_guard_fails(self):
        self.assertEqual(self.check('struct A {};\n'), 1)


if __name__ == '__main__':
    unittest.main()
