#!/usr/bin/env python3
"""Compiles every header alone, twice included, with the flags of its own module.

    check_headers.py BUILD_DIR [HEADER...]

BUILD_DIR is a configured build tree with compile_commands.json. A header that forgets an include,
or has no guard, or includes what its module does not depend on, fails here rather than in the file
of whoever includes it next. Nothing is written: the compiler only checks (-fsyntax-only).
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOUSE = ('src', 'cache', 'providers')


def flags_by_folder(build_dir):
    """folder -> compiler and flags of one source that stands there."""
    flags = {}
    for entry in json.loads((build_dir / 'compile_commands.json').read_text(encoding='utf-8')):
        source = pathlib.Path(entry['file'])
        if source.is_relative_to(ROOT):
            folder = source.parent.relative_to(ROOT).as_posix()
            flags.setdefault(folder, _only_flags(shlex.split(entry['command'])))
    return flags


def _only_flags(command):
    """The command without the launcher, the input, the output and precompiled headers."""
    launcher = [os.path.basename(word) for word in command[:9]]
    if 'ccache' in launcher:
        command = command[launcher.index('ccache') + 1:]
    kept, words = [command[0]], iter(command[1:])
    for word in words:
        if word in ('-o', '-c', '-MF', '-MT', '-MQ'):
            next(words)
        elif word == '-include':
            header = next(words)
            if 'cmake_pch' not in header:
                kept += [word, header]
        elif word not in ('-MD', '-MMD', '-Winvalid-pch') and 'sanitize' not in word:
            kept.append(word)
    return kept


def nearest_flags(header, flags):
    """The flags of the folder of `header`, or of the nearest folder above or below it."""
    folder = pathlib.PurePosixPath(header).parent
    for candidate in (folder, *folder.parents):
        for known in sorted(flags):
            if known == str(candidate) or known.startswith(f'{folder}/'):
                return flags[known]
    return None


def compile_alone(header, command):
    """The compiler's complaints about `header`, empty when it stands alone."""
    text = f'#include "{header}"\n' * 2
    run = subprocess.run(command + ['-fsyntax-only', '-x', 'c++', '-I', str(ROOT), '-'],
                         input=text, capture_output=True, text=True, cwd=ROOT, check=False)
    return run.stderr if run.returncode else ''


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    flags = flags_by_folder(pathlib.Path(arguments[0]).resolve())
    headers = arguments[1:] or [path.relative_to(ROOT).as_posix() for top in HOUSE
                                for path in sorted((ROOT / top).rglob('*.hpp'))]
    orphans = [header for header in headers if nearest_flags(header, flags) is None]
    for header in orphans:
        print(f'{header} stands in no folder that is built.')
    jobs = [header for header in headers if header not in orphans]
    failed = len(orphans)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, errors in zip(jobs, pool.map(
                lambda header: compile_alone(header, nearest_flags(header, flags)), jobs)):
            if errors:
                failed += 1
                print(f'{header} does not compile alone:\n{errors}')
    print(f'headers: {len(headers)} checked, {failed} complaints')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
