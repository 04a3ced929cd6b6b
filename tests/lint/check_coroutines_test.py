#!/usr/bin/env python3
"""Sees cmake/check_coroutines.py refuse what g++ 12 miscompiles, and leave the rest alone."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'cmake'))
import check_coroutines  # noqa: E402

ALLOWED = [
    'co_await f();',
    'co_await f(a, b->c(), std::move(d));',
    'co_await std::move(task);',
    'auto x = co_await f(a);',
    'const auto x = co_await f(a[1]);',
    'auto [error, count] = co_await socket.async_read_some(buffer, token);',
    'Result<std::vector<int>> x = co_await f();',
    'const Result<Head>& x = co_await f();',
    '[[maybe_unused]] auto x = co_await f();',
    'x = co_await f();',
    'this->value_ = co_await f();',
    'exchange.reply.head = co_await f();',
    'head_->fields[2] = co_await f();',
    'auto x = co_await f<Head, 2>(a >= b);',
    'auto x = co_await asio::this_coro::executor;',
    'if (ready) co_await f();',
    'if (a == b && (c || d)) co_await f(); else co_await g();',
    'for (int i = 0; i < 3; ++i) co_await f(i);',
    'while (left(n)) co_await f(n);',
    'switch (k) { case Kind::whole: co_await f(); break; default: co_await g(); }',
    'auto body = [self]() -> awaitable<void> { co_await self->run(); }; spawn(body);',
    'spawn(executor, [self]() -> awaitable<void> { co_await self->run(); }, detached);',
    'if (x) { y = 1; }\nco_await f();',
    'public:\n co_await_count();',
    '// if (co_await f()) {}',
    '/* return co_await f(); */ co_await f("co_await {", \'{\');',
    'log(R"(if (co_await f()) {)");',
    'co_await f(a ? b : c);',
    'co_await f(a == b, c && d);',
]

REFUSED = [
    ('if (co_await f()) { g(); }', 'condition'),
    ('if (auto x = co_await f(); x) { g(); }', 'condition'),
    ('while (co_await f()) {}', 'condition'),
    ('while (!co_await f()) {}', 'condition'),
    ('switch (co_await f()) {}', 'condition'),
    ('for (auto& x : co_await f()) {}', 'condition'),
    ('g(co_await f());', 'parentheses'),
    ('auto x = (co_await f()).value();', 'parentheses'),
    ('auto x = a[co_await f()];', 'parentheses'),
    ('auto x = a ? co_await f() : g();', 'larger expression'),
    ('auto x = co_await f() ? a : b;', 'larger expression'),
    ('auto x = co_await f() && b;', 'larger expression'),
    ('auto x = co_await f() == 3;', 'larger expression'),
    ('auto x = !co_await f();', 'larger expression'),
    ('auto x = 1 + co_await f();', 'larger expression'),
    ('x += co_await f();', 'larger expression'),
    ('co_return co_await f();', 'return'),
    ('return co_await f();', 'return'),
    ('auto x = co_await f() + co_await g();', 'second co_await'),
    ('auto x{co_await f()};', 'not the whole statement'),
    ('co_await f([x] { g(x); });', 'braces'),
    ('co_await f([] {});', 'braces'),
    ('co_await f(Options{a, b});', 'braces'),
    ('co_await f({a, b});', 'braces'),
    ('auto x = co_await f<int>({a});', 'braces'),
    ('if (a)\n  co_return co_await f();', 'return'),
]


class CoroutineRules(unittest.TestCase):
    def test_a_full_statement_is_allowed(self):
        for statement in ALLOWED:
            with self.subTest(statement):
                text = 'awaitable<void> h() {\n' + statement + '\n}\n'
                self.assertEqual(check_coroutines.complaints_of(text), [])

    def test_anything_else_is_refused_with_the_reason(self):
        for statement, reason in REFUSED:
            with self.subTest(statement):
                text = 'awaitable<void> h() {\n  g();\n  ' + statement + '\n}\n'
                found = check_coroutines.complaints_of(text)
                self.assertTrue(found)
                self.assertIn(reason, ' '.join(sentence for _, sentence in found))

    def test_a_complaint_names_the_line(self):
        found = check_coroutines.complaints_of('/* one\n two */\nif (co_await f()) {}\n')
        self.assertEqual(found[0][0], 3)

    def test_a_tree_with_a_bad_file_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, 'src', 'net', 'loop.cpp')
            source.parent.mkdir(parents=True)
            source.write_text('void f() { co_await g(); }\n', encoding='utf-8')
            self.assertEqual(check_coroutines.main([folder]), 0)
            source.write_text('void f() { if (co_await g()) h(); }\n', encoding='utf-8')
            self.assertEqual(check_coroutines.main([folder]), 1)


if __name__ == '__main__':
    unittest.main()
