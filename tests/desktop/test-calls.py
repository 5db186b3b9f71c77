#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls at the desk: windows, notifications, keys."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / 'lib'))
import scene  # noqa: E402
from tap import scenario, until  # noqa: E402


def notifications(context):
    from notifications import Notifications
    return context.add(Notifications())


@scenario('desktop/calls/an-incoming-call-raises-a-window-and-is-answered-there')
def answer_in_window(context):
    phone = scene.demo_phone(context)
    other, uri = scene.caller(context, phone)
    out = other.dial(uri, **scene.video(context))
    phone.tree.find('label', lambda name: 'Olga Other' in name)
    phone.tree.press('Answer with video')
    phone.live_call().become('State', 'active')
    out.become('State', 'active')
    scene.moving(context, phone, phone.window('Olga Other'))
    phone.tree.press('Hang up')
    out.become('State', 'ended')


@scenario('desktop/calls/a-call-is-declined-in-its-window')
def decline_in_window(context):
    phone = scene.demo_phone(context)
    other, uri = scene.caller(context, phone)
    out = other.dial(uri)
    phone.tree.press('Decline')
    out.become('State', 'ended')


@scenario('desktop/calls/the-notification-answers')
def answer_by_notification(context):
    server = notifications(context)
    phone = scene.demo_phone(context)
    other, uri = scene.caller(context, phone)
    out = other.dial(uri, **scene.video(context))
    number, one = until('a notification', lambda: phone.is_running() and server.find('Olga Other'))
    assert {'Answer', 'Decline'} <= set(one['buttons']), one
    server.press(number, 'Answer')
    out.become('State', 'active')
    until('the notification is gone', lambda: phone.is_running() and not server.find('Olga Other'))


@scenario('desktop/calls/the-notification-declines')
def decline_by_notification(context):
    server = notifications(context)
    phone = scene.demo_phone(context)
    other, uri = scene.caller(context, phone)
    out = other.dial(uri)
    number, _ = until('a notification', lambda: phone.is_running() and server.find('Olga Other'))
    server.press(number, 'Decline')
    out.become('State', 'ended')
    until('the notification is gone', lambda: phone.is_running() and number not in server.shown)


@scenario('desktop/calls/a-cancelled-call-withdraws-its-notification-and-is-missed')
def cancelled(context):
    server = notifications(context)
    phone = scene.demo_phone(context)
    other, uri = scene.caller(context, phone)
    out = other.dial(uri)
    number, _ = until('a notification', lambda: phone.is_running() and server.find('Olga Other'))
    out.call('HangUp', '(a{sv})', {})
    until('the ringing notification is gone', lambda: phone.is_running() and number not in server.shown)
    until('the missed call is told', lambda: phone.is_running() and any('issed' in one['title'] + one['body'] for one in server.shown.values()))


@scenario('desktop/calls/a-call-by-keyboard-alone')
def keyboard(context):
    phone = scene.demo_phone(context)
    phone.screen.focus(phone.window())
    phone.screen.key('alt+2')
    phone.screen.write('echo')
    phone.screen.key('Return')
    call = phone.live_call()
    call.become('State', 'active', 15.0)
    window = phone.window('[Ee]cho')
    phone.screen.focus(window)
    for key, name in (('m', 'MicrophoneMuted'), ('v', 'CameraMuted'), ('h', 'LocalHold')):
        phone.screen.key(key)
        call.become(name, True)
        phone.screen.key(key)
        call.become(name, False)
    phone.screen.key('F11')
    until('the call fills the screen', lambda: phone.screen.geometry(window)['WIDTH'] >= 1270)
    phone.screen.key('Escape')
    until('it fills it no more', lambda: phone.screen.geometry(window)['WIDTH'] < 1270)
    phone.screen.key('ctrl+d')
    call.become('State', 'ended')


@scenario('desktop/calls/closing-the-main-window-keeps-the-phone-reachable')
def reachable(context):
    phone = scene.demo_phone(context)
    other, uri = scene.caller(context, phone)
    phone.screen.focus(phone.window())
    phone.screen.key('ctrl+w')
    until('no window is left', lambda: not phone.tree.windows())
    out = other.dial(uri)
    phone.tree.press('Decline')
    out.become('State', 'ended')
    assert phone.is_running()


@scenario('desktop/calls/quit-asks-while-a-call-is-up')
def quit_asks(context):
    phone = scene.demo_phone(context)
    call = phone.dial('echo', **scene.video(context))
    call.become('State', 'active', 15.0)
    phone.action('quit')
    phone.tree.press('Cancel')
    phone.tree.gone('push button', 'End and quit')
    assert call.get('State') == 'active'
    phone.action('quit')
    phone.tree.press('End and quit')
    until('the phone has ended', lambda: not phone.child.running, 10.0)
    assert phone.child.process.returncode == 0


@scenario('desktop/calls/quit-without-a-call-does-not-ask')
def quit_plainly(context):
    phone = scene.demo_phone(context)
    phone.action('quit')
    until('the phone has ended', lambda: not phone.child.running, 10.0)
    assert phone.child.process.returncode == 0


scene.main()
