# SPDX-License-Identifier: GPL-3.0-or-later
"""How most scenarios begin: a phone on the demo line, and a second one that calls it."""
import os
import sys

from gi.repository import GLib

from phone import Context, Phone
from session import Session
from tap import run, until
from tree import states  # noqa: F401

OTHER = 'org.example.Phone.Other'


def main(**session_options):
    session = Session(**session_options)
    failed = run(lambda path: Context(session, path))
    session.stop()
    # Atspi's thread would wait for a bus that is gone.
    sys.stdout.flush()
    os._exit(1 if failed else 0)


def demo_phone(context, *arguments, **more):
    """A phone in its main window, registered at its own exchange."""
    phone = context.phone().start('--demo', '--test-media', *arguments, **more)
    phone.account().become('State', 'registered')
    return phone


def caller(context, phone):
    """A second phone, registered at the exchange of the first; (phone, URI of the first)."""
    account = phone.account()
    uri = account.get('Uri')
    other = context.phone('other', OTHER)
    added = other.run('--add-account', '-', stdin=f'{{"uri": "sip:other@{uri.split("@")[1]}", "display_name": "Olga Other", "sockets": "{account.get("Socket")}"}}')
    assert added.returncode == 0, added.stderr
    other.start('--gapplication-service', '--test-media')
    other.account().become('State', 'registered')
    return other, uri


def video(context, **options):
    """Options of Dial."""
    return {'video': GLib.Variant('b', True), **options}


def moving(context, phone, window):
    """Two looks at the window that differ in many pixels."""
    first, second = (context.session.directory / f'look-{i}.png' for i in (1, 2))
    phone.screen.picture(window, first)

    def differs():
        phone.screen.picture(window, second)
        return phone.screen.difference(first, second) > 2000
    until('the picture in the call window moves', differs, 10.0)
