# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios as TAP: each is a function, named by a path, that gets a context of its own."""
import sys
import time
import traceback

_scenarios = []


class Skip(Exception):
    """This machine cannot run the scenario; the message says why."""


def scenario(path):
    def remember(function):
        _scenarios.append((path, function))
        return function
    return remember


def until(what, condition, within=8.0, look=None):
    """The first true value of condition."""
    end = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            seen = f'; seen: {look()}' if look else ''
            raise AssertionError(f'not within {within} s: {what}{seen}')
        time.sleep(0.05)


def run(make_context):
    """Runs all scenarios, or those that the arguments name by a part of their path; how many failed."""
    chosen = [(path, function) for path, function in _scenarios
              if not sys.argv[1:] or any(part in path for part in sys.argv[1:])]
    print(f'TAP version 13\n1..{len(chosen)}', flush=True)
    failed = 0
    for number, (path, function) in enumerate(chosen, 1):
        context = None
        try:
            context = make_context(path)
            function(context)
            context.stop()
            print(f'ok {number} - {path}', flush=True)
        except Skip as reason:
            print(f'ok {number} - {path} # SKIP {reason}', flush=True)
        except Exception:
            failed += 1
            print(f'not ok {number} - {path}')
            comment(traceback.format_exc())
            if context:
                comment(context.report())
        finally:
            if context:
                context.stop()
    return failed


def comment(text):
    for line in text.splitlines():
        print(f'# {line}')
    sys.stdout.flush()
