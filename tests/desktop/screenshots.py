#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saves a picture of every window in every look."""
import gettext
import itertools
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / 'lib'))
import scene  # noqa: E402
from phone import Context  # noqa: E402
from session import BUILD, Session  # noqa: E402
from tap import until  # noqa: E402

SIZES = {'narrow': (360, 720), 'wide': (1000, 760)}
STYLES = {'light': {}, 'dark': {'ADW_DEBUG_COLOR_SCHEME': 'prefer-dark'}}
LANGUAGES = {'en': {}, 'zh': {'LANGUAGE': 'zh_CN'}}


class Camera:
    def __init__(self, phone, folder, look):
        self.phone, self.folder, self.look = phone, folder, look
        languages = ['zh_CN'] if look.startswith('zh') else []
        self.words = gettext.translation('phone', BUILD / 'share' / 'locale', languages, fallback=True)
        self.main = phone.window()

    def press(self, words):
        """Presses what bears these English words, in the language of the look."""
        self.phone.tree.press(self.words.gettext(words).replace('_', ''))

    def page(self, number):
        self.phone.screen.focus(self.main)
        self.phone.screen.key(f'alt+{number}')

    def windows(self):
        found = subprocess.run(['xdotool', 'search', '--all', '--onlyvisible', '--pid', str(self.phone.child.process.pid), '--name', '.'],
                               env=self.phone.env, capture_output=True, text=True, check=False)
        return set(found.stdout.split())

    def opened_by(self, act):
        before = self.windows()
        act()
        return until('a window opens', lambda: self.windows() - before).pop()

    def shoot(self, name, window, sizes=None):
        for size in sizes or SIZES:
            self.phone.screen.resize(window, *SIZES[size])
            file = self.folder / f'{name}-{self.look}-{size}.png'
            self.still(window, file)

    def still(self, window, file):
        """Takes the picture once two in a row are the same (a moving one after some tries)."""
        other = file.with_suffix('.other.png')
        self.phone.screen.picture(window, other)
        for _ in range(6):
            self.phone.screen.picture(window, file)
            if self.phone.screen.difference(file, other) == 0:
                break
            file.replace(other)
            self.phone.screen.picture(window, file)
        other.unlink(missing_ok=True)

    def close(self, window):
        self.phone.screen.focus(window)
        self.phone.screen.key('Escape')
        until('the window is closed', lambda: window not in self.windows())


def shoot_look(session, folder, style, language):
    look = f'{language}-{style}'
    env = {**STYLES[style], **LANGUAGES[language]}

    context = Context(session, f'welcome-{look}')
    phone = context.phone().start('--test-media', env=env)
    camera = Camera(phone, folder, look)
    camera.shoot('welcome', camera.main)
    camera.shoot('account', camera.opened_by(lambda: camera.press('Add an account')))
    context.stop()

    context = Context(session, f'main-{look}')
    phone = scene.demo_phone(context, env=env)
    camera = Camera(phone, folder, look)
    for number, page in enumerate(('contacts', 'dial', 'history'), 1):
        camera.page(number)
        camera.shoot(page, camera.main)
    for name, item in {'preferences': '_Preferences', 'about': '_About Phone', 'shortcuts': '_Keyboard Shortcuts'}.items():
        camera.press('Main menu')
        window = camera.opened_by(lambda item=item: camera.press(item))
        camera.shoot(name, window)
        camera.close(window)

    other, uri = scene.caller(context, phone)
    incoming = camera.opened_by(lambda: other.dial(uri, **scene.video(context)))
    camera.shoot('incoming', incoming)
    call = phone.live_call()
    call.call('Answer', '(a{sv})', scene.video(context))
    call.become('State', 'active')
    until('pictures flow', lambda: call.get('Statistics').get('video-frames-decoded', 0) > 30, 15.0)
    camera.shoot('call', incoming)
    call.call('HangUp', '(a{sv})', {})
    call.become('State', 'ended')
    camera.page(3)
    camera.shoot('history-after-a-call', camera.main)
    context.stop()


def main(folder):
    session = Session(size='1280x900')
    for style, language in itertools.product(STYLES, LANGUAGES):
        shoot_look(session, Path(folder), style, language)
    session.stop()


main(sys.argv[1])
