#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links and D-Bus activation: the phone opens with the target in the dial pad, and rings nobody by itself."""
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / 'lib'))
import scene  # noqa: E402
from phone import PROGRAM  # noqa: E402
from tap import scenario, until  # noqa: E402
from tree import Tree, text_of  # noqa: E402

TARGETS = {
    'sip:bob@phone.test;transport=ws?X=1': 'bob@phone.test',
    'tel:+1-555-0100': '555',
    'callto:carol@phone.test': 'carol@phone.test',
    'dave@phone.test': 'dave@phone.test',
}


def shows(tree, text):
    def look():
        entries = [entry for node in tree.all(name='Who to call') for entry in [node, *tree.all('text', within=node)]]
        return any(text in text_of(entry) for entry in entries)
    until(f'{text} stands in the dial pad', look, 10.0, tree.describe)


@scenario('desktop/links/a-second-start-hands-its-target-over')
def second_start(context):
    phone = scene.demo_phone(context)
    for link, text in TARGETS.items():
        result = phone.run(link)
        assert result.returncode == 0, result.stderr
        shows(phone.tree, text)
    assert not phone.calls()


@scenario('desktop/links/open-over-the-bus')
def open_over_bus(context):
    phone = scene.demo_phone(context)
    phone.request(phone.root, 'org.freedesktop.Application', 'Open', '(asa{sv})', ['sip:erin@phone.test'], {})
    shows(phone.tree, 'erin@phone.test')
    phone.request(phone.root, 'org.freedesktop.Application', 'Open', '(asa{sv})', ['sip:///frank@phone.test'], {})
    shows(phone.tree, 'frank@phone.test')
    assert not phone.calls()


@scenario('desktop/links/a-click-starts-the-phone-by-d-bus')
def activation(context):
    phone = context.phone()
    added = phone.run('--add-account', '-', stdin='{"uri": "sip:alice@phone.test", "sockets": "ws://127.0.0.1:9"}')
    assert added.returncode == 0, added.stderr
    # The built program under the installed names: activation takes the environment from the bus.
    services = context.session.data / 'dbus-1' / 'services'
    service = services / f'{phone.id}.service'
    wrapper = context.session.directory / 'activated'
    wrapper.write_text('#!/bin/sh\n' + ''.join(f"export {key}='{value}'\n" for key, value in phone.env.items()) + f'exec {PROGRAM} "$@"\n')
    wrapper.chmod(0o755)
    service.write_text(f'[D-BUS Service]\nName={phone.id}\nExec={wrapper} --gapplication-service\n')
    phone.bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'ReloadConfig', None, None, 0, -1, None)
    try:
        subprocess.run(['gapplication', 'launch', phone.id, 'sip:grace@phone.test'], env=phone.env, check=True, timeout=20)
        until('the phone runs', phone.is_running)
        reply = phone.request_bus('GetConnectionUnixProcessID', phone.id)
        shows(Tree(reply), 'grace@phone.test')
        phone.action('quit')
        until('the phone has ended', lambda: not phone.is_running())
    finally:
        service.unlink()


@scenario('desktop/links/the-desktop-knows-the-phone-for-its-schemes')
def schemes(context):
    applications = Path(os.environ['PHONE_BUILD_ROOT']) / 'share' / 'applications'
    text = (applications / 'org.example.Phone.desktop').read_text()
    for scheme in ('sip', 'sips', 'tel', 'callto'):
        assert f'x-scheme-handler/{scheme};' in text, scheme
    assert 'DBusActivatable=true' in text


scene.main()
