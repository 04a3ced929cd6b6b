#!/usr/bin/env python3
"""Sees every rule of cmake/check_layers.py fire once, on a tree small enough to read."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'cmake'))
import check_layers  # noqa: E402

LIST = '''
# A comment with refrain_module(ghost PATH nowhere SOURCES none.cpp) in it.
refrain_module(base PATH src/base
    SOURCES error.cpp   # trailing words
    LIBRARIES OpenSSL::Crypto)
refrain_module(net PATH src/net SOURCES loop.cpp DEPENDS base)
refrain_module(cache PATH cache SOURCES key.cpp DEPENDS base)
add_executable(gateway src/main.cpp)
target_link_libraries(gateway PRIVATE refrain_base refrain_net)
'''

TREE = {
    'src/base/error.hpp': '#pragma once\n#include <string>\n',
    'src/base/error.cpp': '#include "base/error.hpp"\n',
    'src/net/loop.hpp': '#include "base/error.hpp"\n',
    'src/net/loop.cpp': '#include "net/loop.hpp"\n#include <boost/asio.hpp>\n',
    'cache/key.hpp': '#include "base/error.hpp"\n// #include "net/loop.hpp"\n',
    'cache/key.cpp': '/* #include "nowhere.hpp" */\n#include "cache/key.hpp"\n',
    'src/main.cpp': '#include "net/loop.hpp"\n',
}


class LayerRules(unittest.TestCase):
    def complaints(self, cmake, changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / 'CMakeLists.txt').write_text(cmake, encoding='utf-8')
            for name, text in {**TREE, **changes}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding='utf-8')
            return check_layers.Checker(root).run()

    def assert_only(self, complaints, *parts):
        self.assertEqual(len(complaints), 1, complaints)
        for part in parts:
            self.assertIn(part, complaints[0])

    def test_a_sound_tree_raises_no_complaint(self):
        self.assertEqual(self.complaints(LIST, {}), [])

    def test_an_include_of_a_module_not_depended_on(self):
        found = self.complaints(LIST, {'cache/key.cpp': '\n#include "net/loop.hpp"\n'})
        self.assert_only(found, 'cache/key.cpp:2', 'module cache includes "net/loop.hpp"',
                         'of module net')

    def test_a_dependency_of_a_dependency_must_be_named_too(self):
        cmake = LIST + 'refrain_module(gateway PATH src/gateway SOURCES run.cpp DEPENDS net)\n'
        found = self.complaints(cmake, {'src/gateway/run.cpp': '#include "base/error.hpp"\n'})
        self.assert_only(found, 'src/gateway/run.cpp:1', 'of module base')

    def test_angle_brackets_do_not_hide_an_include(self):
        found = self.complaints(LIST, {'cache/key.cpp': '#include <net/loop.hpp>\n'})
        self.assert_only(found, 'module cache includes "net/loop.hpp"')

    def test_a_program_may_include_only_what_it_links(self):
        found = self.complaints(LIST, {'src/main.cpp': '#include "cache/key.hpp"\n'})
        self.assert_only(found, 'src/main.cpp:1', 'program gateway', 'of module cache')

    def test_modules_that_share_a_folder_are_told_apart_by_the_source(self):
        cmake = LIST + 'refrain_module(tiers PATH cache SOURCES tiers.cpp DEPENDS cache)\n'
        files = {'cache/tiers.hpp': '#include "cache/key.hpp"\n',
                 'cache/tiers.cpp': '#include "cache/tiers.hpp"\n'}
        self.assertEqual(self.complaints(cmake, files), [])

        found = self.complaints(cmake, {**files, 'cache/key.cpp': '#include "cache/tiers.hpp"\n'})
        self.assert_only(found, 'module cache includes "cache/tiers.hpp" of module tiers')

    def test_a_circle_of_includes(self):
        found = self.complaints(LIST, {
            'cache/key.hpp': '#include "cache/entry.hpp"\n',
            'cache/entry.hpp': '#include "cache/key.hpp"\n',
        })
        self.assert_only(found, 'circle', 'cache/key.hpp', 'cache/entry.hpp')

    def test_an_include_of_a_missing_file(self):
        found = self.complaints(LIST, {'cache/key.cpp': '#include "cache/kye.hpp"\n'})
        self.assert_only(found, 'cache/key.cpp:1', '"cache/kye.hpp" does not exist')

    def test_an_include_relative_to_the_file(self):
        found = self.complaints(LIST, {'cache/key.cpp': '#include "key.hpp"\n'})
        self.assert_only(found, 'found only beside the file')

    def test_a_source_in_no_list(self):
        found = self.complaints(LIST, {'src/net/listener.cpp': ''})
        self.assert_only(found, 'src/net/listener.cpp is in the SOURCES of no module')

    def test_a_header_in_a_folder_of_no_module(self):
        found = self.complaints(LIST, {'providers/endpoint.hpp': ''})
        self.assert_only(found, 'providers/endpoint.hpp stands in a folder that belongs to no module')

    def test_a_source_in_two_lists(self):
        cmake = LIST + 'refrain_module(twin PATH src/base SOURCES error.cpp)\n'
        found = self.complaints(cmake, {})
        self.assert_only(found, 'src/base/error.cpp', 'module base and module twin')

    def test_a_dependency_that_stands_below(self):
        cmake = 'refrain_module(early PATH src/early SOURCES e.cpp DEPENDS net)\n' + LIST
        found = self.complaints(cmake, {'src/early/e.cpp': ''})
        self.assert_only(found, 'module early depends on net', 'must stand above')

    def test_a_dependency_that_does_not_exist(self):
        cmake = LIST + 'refrain_module(late PATH src/late SOURCES l.cpp DEPENDS nte)\n'
        found = self.complaints(cmake, {'src/late/l.cpp': ''})
        self.assert_only(found, 'module late depends on nte', 'no module')

    def test_a_listed_source_that_does_not_exist(self):
        cmake = LIST + 'refrain_module(late PATH src/late SOURCES l.cpp)\n'
        self.assert_only(self.complaints(cmake, {}), 'lists src/late/l.cpp, which does not exist')

    def test_a_module_listed_twice(self):
        cmake = LIST + 'refrain_module(net PATH src/more SOURCES m.cpp)\n'
        found = self.complaints(cmake, {'src/more/m.cpp': ''})
        self.assert_only(found, 'module net is listed twice')


if __name__ == '__main__':
    unittest.main()
