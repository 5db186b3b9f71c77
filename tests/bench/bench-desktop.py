#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the phone costs on a desktop, beside the least that a GTK program costs: time to a window, memory, CPU when idle.

Prints a line `bench=NAME ours=… peer=… ratio=…` for each figure, and a sentence where an aim of the project is missed. A figure
is read, not judged: a busy machine would make a timed test of it.
"""
import os
import select
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / 'desktop' / 'lib'))
from session import Session  # noqa: E402
from phone import PROGRAM, Phone  # noqa: E402
from tap import until  # noqa: E402

ROUNDS = 6
START_LIMIT = 1.5
IDLE_SECONDS = 10
IDLE_LIMIT = 0.2


def managed(session):
    """The window manager keeps its list of windows."""
    return '(WINDOW)' in subprocess.run(['xprop', '-root', '_NET_CLIENT_LIST'], env=session.env, capture_output=True, text=True, check=False).stdout


def window_time(session, command, env):
    """Milliseconds from the start of the program until the window manager has its window."""
    watcher = subprocess.Popen(['xprop', '-root', '-spy', '_NET_CLIENT_LIST'], env=session.env, stdout=subprocess.PIPE, text=True, bufsize=1)
    child = None
    try:
        watcher.stdout.readline()
        begin = time.monotonic()
        child = session.start('start', command, env=env)
        while '0x' not in watcher.stdout.readline():
            assert child.running, child.output()
        return (time.monotonic() - begin) * 1000
    finally:
        if child:
            child.stop()
            session.children.remove(child)
        # The list must be empty again before the next round.
        while select.select([watcher.stdout], [], [], 0.3)[0]:
            watcher.stdout.readline()
        watcher.kill()
        watcher.wait()


def start_times(session, commands, env):
    """The best time of each command; they take turns, so that a busy machine slows all alike."""
    rounds = [[window_time(session, command, env) for command in commands] for _ in range(ROUNDS)]
    return [min(times) for times in zip(*rounds)]


def resident(pid):
    fields = dict(line.split(':', 1) for line in Path(f'/proc/{pid}/smaps_rollup').read_text().splitlines()[1:])
    return int(fields['Pss'].split()[0]) / 1024


def cpu_seconds(pid):
    fields = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def calm(pid):
    """Nothing left to do of what a start brings with it."""
    before = cpu_seconds(pid)
    time.sleep(1)
    return cpu_seconds(pid) == before


def report(name, ours, peer, unit):
    ratio = ours / peer if peer else float('nan')
    print(f'bench={name} ours={ours:.1f}{unit} peer={peer:.1f}{unit} ratio={ratio:.2f}', flush=True)
    return ratio


def main(minimal):
    session = Session()
    person = session.person('somebody')
    missed = []
    until('the window manager is there', lambda: managed(session))

    ours, theirs = start_times(session, [[PROGRAM], [minimal]], person)
    ratio = report('window-on-screen', ours, theirs, 'ms')
    if ratio > START_LIMIT:
        missed.append(f'the window takes {ratio:.2f} times as long as a minimal one, more than {START_LIMIT}')

    phone = Phone(session, 'registered').start('--demo')
    peer = session.start('minimal', [minimal], env=person)
    phone.account().become('State', 'registered')
    pid = phone.child.process.pid
    until('both windows are there', lambda: phone.screen.window(pid) and phone.screen.window(peer.process.pid))
    until('the phone is idle', lambda: calm(pid), 30.0)
    begin, peer_begin = cpu_seconds(pid), cpu_seconds(peer.process.pid)
    time.sleep(IDLE_SECONDS)
    busy = (cpu_seconds(pid) - begin) / IDLE_SECONDS * 100
    report('idle-cpu', busy, (cpu_seconds(peer.process.pid) - peer_begin) / IDLE_SECONDS * 100, '%')
    if busy > IDLE_LIMIT:
        missed.append(f'{busy:.1f} % CPU while idle and registered')
    report('memory-pss', resident(pid), resident(peer.process.pid), 'MB')

    session.stop()
    for sentence in missed:
        print(sentence)


main(str(Path(sys.argv[1]).resolve()))
