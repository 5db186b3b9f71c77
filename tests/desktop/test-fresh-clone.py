#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the README promises: from a fresh clone, one command to the main window, then two clicks to a moving picture."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / 'lib'))
import scene  # noqa: E402
from tap import scenario, until  # noqa: E402
from tree import Tree  # noqa: E402

SOURCE = Path(__file__).parents[2]


@scenario('desktop/fresh-clone/one-command-to-the-window-and-two-clicks-to-the-echo')
def fresh_clone(context):
    clone = context.session.directory / 'clone'
    if (SOURCE / '.git').exists():
        subprocess.run(['git', '-c', 'safe.directory=*', 'clone', '-q', str(SOURCE), str(clone)], check=True)
    else:
        shutil.copytree(SOURCE, clone, ignore=shutil.ignore_patterns('build*'))
        shutil.copytree(SOURCE / 'build-aux', clone / 'build-aux')

    phone = context.phone()
    env = {name: value for name, value in phone.env.items() if name not in ('XDG_DATA_DIRS', 'GSETTINGS_SCHEMA_DIR', 'PHONE_LOCALE_DIR')}
    phone.child = context.session.start('run', [str(clone / 'build-aux' / 'run'), '--no-install', '--test-media'], env=env)
    until('the program has its name on the bus', lambda: not phone.child.running or phone.is_running(), 900.0, phone.child.output)
    phone.tree = Tree(phone.child.process.pid)
    window = phone.window()

    clicks = 0
    if phone.tree.all('push button', 'Try it'):
        phone.tree.press('Try it')
        clicks += 1
    phone.tree.press('Video call')
    clicks += 1
    assert clicks <= 2
    call = phone.live_call()
    call.become('State', 'active', 15.0)
    until('sound comes back', lambda: call.get('Statistics').get('audio-level-in', 0) > 0, 15.0, lambda: call.get('Statistics'))
    until('the call has a window of its own', lambda: phone.window() != window)
    scene.moving(context, phone, phone.window())
    assert os.listdir(clone / 'build')


scene.main()
