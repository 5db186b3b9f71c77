# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop session of our own: display, window manager, session bus. Made once a test program, before anything of it is used."""
import atexit
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUILD = Path(os.environ['PHONE_BUILD_ROOT'])
SETTINGS = '''[Settings]
gtk-font-name=Cantarell 11
gtk-decoration-layout=appmenu:close
gtk-enable-animations=0
'''


PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


def die_with_parent():
    """A test that is killed leaves nothing behind."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    def __init__(self, name, command, directory, env=None, **more):
        self.name = name
        self.log = Path(directory) / f'{name}.log'
        with open(self.log, 'ab') as output:
            self.process = subprocess.Popen(command, env=env, cwd=directory, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                            start_new_session=True, preexec_fn=die_with_parent, **more)

    @property
    def running(self):
        return self.process.poll() is None

    def output(self):
        return self.log.read_text(errors='replace')

    def stop(self, how=signal.SIGTERM):
        for number in (how, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                pass
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                continue
        return self.process.returncode


class Session:
    def __init__(self, size='1280x900', language=None):
        self.temporary = tempfile.TemporaryDirectory(prefix='phone-desktop-')
        self.directory = Path(self.temporary.name)
        self.run = self.directory / 'run'
        self.run.mkdir(mode=0o700)
        self.children = []
        atexit.register(self.stop)
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))

        read_end, write_end = os.pipe()
        self.start('xvfb', ['Xvfb', '-displayfd', str(write_end), '-screen', '0', f'{size}x24', '-nolisten', 'tcp', '-noreset'],
                   env=os.environ, pass_fds=[write_end])
        os.close(write_end)
        with os.fdopen(read_end) as numbers:
            number = numbers.readline().strip()
        if not number:
            raise RuntimeError('Xvfb did not start: ' + self.children[0].output())

        data = self.directory / 'data'
        (data / 'dbus-1' / 'services').mkdir(parents=True)
        self.env = {
            'PATH': os.environ['PATH'],
            'HOME': str(self.directory),
            'LANG': 'C.UTF-8',
            'DISPLAY': f':{number}',
            'DBUS_SESSION_BUS_ADDRESS': f'unix:path={self.run}/bus',
            'XDG_RUNTIME_DIR': str(self.run),
            'XDG_DATA_DIRS': f'{data}:{BUILD}/share:/usr/local/share:/usr/share',
            'XDG_CURRENT_DESKTOP': 'GNOME',
            'GSETTINGS_SCHEMA_DIR': f'{BUILD}/share/glib-2.0/schemas',
            'GSETTINGS_BACKEND': 'keyfile',
            'GST_REGISTRY': f'{BUILD}/gstreamer-registry',
            'GDK_BACKEND': 'x11',
            'GSK_RENDERER': 'cairo',
            'GDK_DEBUG': 'gl-disable',
            'PHONE_LOCALE_DIR': f'{BUILD}/share/locale',
        }
        # A key ring of this machine would be started, and ask in a window of its own.
        (data / 'dbus-1' / 'services' / 'org.freedesktop.secrets.service').write_text('[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n')
        if language:
            self.env['LANGUAGE'] = language
        self.data = data
        self.start('dbus-daemon', ['dbus-daemon', '--session', '--nofork', f'--address=unix:path={self.run}/bus'])
        self.start('openbox', ['openbox', '--sm-disable'])
        while not (self.run / 'bus').exists():
            time.sleep(0.01)
        # Atspi and Gio of this very process belong to the session too.
        os.environ.update(self.env)

    def start(self, name, command, env=None, **more):
        child = Child(name, command, self.directory, env=env or self.env, **more)
        self.children.append(child)
        return child

    def person(self, name):
        """The environment of somebody with a home of their own."""
        home = self.directory / name
        config = home / 'config' / 'gtk-4.0'
        config.mkdir(parents=True, exist_ok=True)
        (config / 'settings.ini').write_text(SETTINGS)
        return {
            **self.env,
            'HOME': str(home),
            'XDG_CONFIG_HOME': str(home / 'config'),
            'XDG_DATA_HOME': str(home / 'data'),
            'XDG_CACHE_HOME': str(home / 'cache'),
            'SECRET_BACKEND': 'file',
            'SECRET_FILE_TEST_PATH': str(home / 'secrets'),
            'SECRET_FILE_TEST_PASSWORD': 'test',
        }

    def stop(self):
        for child in reversed(self.children):
            child.stop()
        self.children = []
        self.temporary.cleanup()
