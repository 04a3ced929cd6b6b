#!/usr/bin/env python3
"""Holds the tree to the list of modules in CMakeLists.txt. Run as a ctest and by `make check`.

The rules, each reported as one sentence:
  - a module may include its own headers and those of the modules its DEPENDS names. Named, not
    inherited: what base's user includes from net it must depend on itself, so that the list is the
    whole truth about a folder;
  - DEPENDS names only modules that stand above it in the list;
  - no file includes itself, directly or around a corner;
  - a project include is written from the root ("cache/key.hpp") or from src/ ("base/error.hpp"),
    and the file exists;
  - every .cpp below src/, cache/ and providers/ is in the SOURCES of exactly one module or program,
    and every header stands in a folder that holds a module: its PATH or the folder of a source. Where
    modules share a folder, a header is of the one that has the source of the same name, or else of the
    first.

A program (add_executable) is checked like a module whose DEPENDS are the refrain_ libraries that
target_link_libraries gives it.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cpp_text import without_comments  # noqa: E402

HOUSE = ('src', 'cache', 'providers')
SOURCE_SUFFIXES = {'.cpp', '.cc', '.cxx'}
HEADER_SUFFIXES = {'.hpp', '.h', '.hh', '.ipp'}
MODULE_KEYWORDS = {'PATH', 'SOURCES', 'DEPENDS', 'LIBRARIES', 'PCH'}

_COMMAND = re.compile(r'^[ \t]*([A-Za-z_]\w*)[ \t]*\(([^()]*)\)', re.MULTILINE)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)


class Unit:
    """A module, or a program: what it is built from and whose headers it may include."""

    def __init__(self, name, path, sources, depends, is_module):
        self.name = name
        self.sources = sources
        self.depends = depends
        self.is_module = is_module
        self.folders = {str(pathlib.PurePosixPath(s).parent) for s in sources}
        if path is not None:
            self.folders.add(path)

    @property
    def title(self):
        return f'module {self.name}' if self.is_module else f'program {self.name}'


def parse_units(cmake_text):
    """The modules and programs of a CMakeLists.txt, in order."""
    text = re.sub(r'#[^\n]*', '', cmake_text)
    units, programs = [], {}
    for command, body in _COMMAND.findall(text):
        words = body.split()
        if not words:
            continue
        if command == 'refrain_module':
            units.append(_parse_module(words))
        elif command == 'add_executable':
            unit = Unit(words[0], None, [w for w in words[1:] if '.' in w], [], False)
            programs[words[0]] = unit
            units.append(unit)
        elif command == 'target_link_libraries' and words[0] in programs:
            libraries = [w for w in words[1:] if w.startswith('refrain_')]
            programs[words[0]].depends += [w.removeprefix('refrain_') for w in libraries]
    return units


def _parse_module(words):
    fields, keyword = {}, None
    for word in words[1:]:
        if word in MODULE_KEYWORDS:
            keyword = word
            fields[keyword] = []
        elif keyword:
            fields[keyword].append(word)
    path = ''.join(fields.get('PATH', [])).rstrip('/')
    sources = [f'{path}/{source}' for source in fields.get('SOURCES', [])]
    return Unit(words[0], path, sources, fields.get('DEPENDS', []), True)


class Checker:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.units = parse_units((self.root / 'CMakeLists.txt').read_text(encoding='utf-8'))
        self.complaints = []

    def run(self):
        self._check_list()
        owners = self._owners()
        includes = {}
        for file in sorted(owners):
            includes[file] = self._check_includes(file, owners)
        self._check_cycles(includes)
        return self.complaints

    def _complain(self, sentence):
        self.complaints.append(sentence)

    def _check_list(self):
        names = [unit.name for unit in self.units if unit.is_module]
        above = set()
        for unit in self.units:
            if unit.is_module and unit.name in above:
                self._complain(f'CMakeLists.txt: {unit.title} is listed twice.')
            for dependency in unit.depends:
                if dependency in above:
                    continue
                if dependency in names:
                    self._complain(f'CMakeLists.txt: {unit.title} depends on {dependency}, which must'
                                   ' stand above it in the list.')
                elif unit.is_module:
                    self._complain(f'CMakeLists.txt: {unit.title} depends on {dependency}, which is'
                                   ' no module of the list.')
            for source in unit.sources:
                if not (self.root / source).is_file():
                    self._complain(f'CMakeLists.txt: {unit.title} lists {source}, which does not'
                                   ' exist.')
            if unit.is_module:
                above.add(unit.name)

    def _owners(self):
        """file -> its unit, complaining of files that have none or two."""
        listed, folders = {}, {}
        for unit in self.units:
            for source in unit.sources:
                if source in listed:
                    self._complain(f'{source} is in the SOURCES of both {listed[source].title} and'
                                   f' {unit.title}.')
                listed.setdefault(source, unit)
            if unit.is_module:
                for folder in unit.folders:
                    folders.setdefault(folder, unit)

        owners = {}
        for file in self._files(folders):
            folder = str(pathlib.PurePosixPath(file).parent)
            if pathlib.PurePosixPath(file).suffix in SOURCE_SUFFIXES:
                owner = listed.get(file)
                missing = 'is in the SOURCES of no module'
            else:
                twin = str(pathlib.PurePosixPath(file).with_suffix('.cpp'))
                owner = listed.get(twin) or folders.get(folder)
                missing = 'stands in a folder that belongs to no module'
            if owner:
                owners[file] = owner
            elif file.split('/')[0] in HOUSE:
                self._complain(f'{file} {missing}; list it in CMakeLists.txt or remove it.')
        return owners

    def _files(self, folders):
        places = {self.root / top for top in HOUSE} | {self.root / folder for folder in folders}
        found = set()
        for place in places:
            for path in place.rglob('*'):
                if path.suffix in SOURCE_SUFFIXES | HEADER_SUFFIXES and path.is_file():
                    found.add(path.relative_to(self.root).as_posix())
        return sorted(found)

    def _resolve(self, include):
        for candidate in (include, f'src/{include}'):
            if (self.root / candidate).is_file():
                return candidate
        return None

    def _check_includes(self, file, owners):
        """The project files that `file` includes, complaining of each it may not."""
        unit = owners[file]
        text = without_comments((self.root / file).read_text(encoding='utf-8'))
        targets = []
        for match in _INCLUDE.finditer(text):
            quote, include = match.groups()
            place = f'{file}:{text.count(chr(10), 0, match.start()) + 1}'
            target = self._resolve(include)
            if target is None:
                if quote == '"':
                    self._complain_missing(place, file, include)
                continue
            targets.append(target)
            owner = owners.get(target)
            if owner is None or owner is unit or owner.name in unit.depends:
                continue
            self._complain(f'{place}: {unit.title} includes "{include}" of module {owner.name},'
                           ' which its DEPENDS does not name.')
        return targets

    def _complain_missing(self, place, file, include):
        beside = (self.root / file).parent / include
        if beside.is_file():
            self._complain(f'{place}: "{include}" is found only beside the file; write it from the'
                           ' root of the repository or from src/.')
        else:
            self._complain(f'{place}: "{include}" does not exist in the project; headers of'
                           ' libraries take angle brackets.')

    def _check_cycles(self, includes):
        done = set()

        def visit(file, trail):
            if file in trail:
                loop = trail[trail.index(file):] + [file]
                self._complain('These files include each other in a circle: '
                               + ' -> '.join(loop) + '.')
                return
            if file in done:
                return
            for target in includes.get(file, []):
                visit(target, trail + [file])
            done.add(file)

        for file in includes:
            visit(file, [])


def main(arguments):
    root = arguments[0] if arguments else pathlib.Path(__file__).resolve().parent.parent
    checker = Checker(root)
    complaints = checker.run()
    for complaint in complaints:
        print(complaint)
    modules = sum(unit.is_module for unit in checker.units)
    print(f'layers: {modules} modules, {len(complaints)} complaints')
    return 1 if complaints else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
