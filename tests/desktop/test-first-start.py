#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody sees who starts the phone for the first time."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / 'lib'))
import scene  # noqa: E402
from tap import scenario, until  # noqa: E402


@scenario('desktop/first-start/try-it-is-two-clicks-to-a-moving-picture')
def try_it(context):
    phone = context.phone().start('--test-media')
    phone.tree.press('Try it')
    phone.tree.press('Video call')
    call = phone.live_call()
    call.become('State', 'active', 15.0)
    until('echo and picture come back', lambda: (lambda all: all.get('audio-level-in', 0) > 0 and all.get('video-frames-decoded', 0) > 30)(call.get('Statistics')),
          15.0, lambda: call.get('Statistics'))
    scene.moving(context, phone, phone.window())
    phone.tree.press('Hang up')
    call.become('State', 'ended')


@scenario('desktop/first-start/the-account-form-checks-as-you-type')
def form_checks(context):
    phone = context.phone().start()
    phone.tree.press('Add an account')
    phone.tree.type('Server', 'ftp://example.com')
    phone.tree.find('label', lambda name: 'begins with wss://' in name)
    save = phone.tree.find('push button', 'Save')
    assert 'sensitive' not in scene.states(save)
    phone.tree.type('Server', 'ws://127.0.0.1:9')
    phone.tree.type('Address', 'alice@phone.test')
    until('Save is there', lambda: 'sensitive' in scene.states(phone.tree.find('push button', 'Save')))


@scenario('desktop/first-start/the-connection-test-says-what-is-wrong')
def connection_test(context):
    phone = context.phone().start()
    phone.tree.press('Add an account')
    phone.tree.type('Address', 'alice@phone.test')
    phone.tree.type('Password', 'secret')
    for server, sentence in (('ws://no-such-name.invalid', 'There is no server with the name of no-such-name.invalid'),
                             ('ws://127.0.0.1:9', 'No connection to 127.0.0.1')):
        phone.tree.type('Server', server)
        phone.tree.press('Test connection')
        phone.tree.find('label', lambda name, sentence=sentence: name.startswith(sentence), patience=20.0)


@scenario('desktop/first-start/a-saved-account-is-there-after-a-restart')
def saved_account(context):
    server = context.phone('server', scene.OTHER).start('--demo', '--test-media')
    there = server.account()
    there.become('State', 'registered')
    uri = f'sip:alice@{there.get("Uri").split("@")[1]}'
    phone = context.phone().start()
    phone.tree.press('Add an account')
    phone.tree.type('Server', there.get('Socket'))
    phone.tree.type('Address', uri.removeprefix('sip:'))
    phone.tree.press('Save')
    phone.account().become('State', 'registered')
    phone.stop()
    assert phone.run('--list-accounts').stdout.strip() == uri
    phone.start()
    phone.account().become('State', 'registered')


@scenario('desktop/first-start/without-a-key-ring-the-window-says-so')
def no_key_ring(context):
    phone = context.phone()
    for name in ('SECRET_BACKEND', 'SECRET_FILE_TEST_PATH', 'SECRET_FILE_TEST_PASSWORD'):
        phone.env.pop(name)
    phone.start()
    phone.tree.press('Add an account')
    phone.tree.type('Server', 'ws://127.0.0.1:9')
    phone.tree.type('Address', 'alice@phone.test')
    phone.tree.type('Password', 'secret')
    phone.tree.press('Save')
    phone.tree.find('label', lambda name: name.startswith('No key ring answers'), patience=15.0)


scene.main()
