# SPDX-License-Identifier: GPL-3.0-or-later
"""A running phone: its process, its windows by the accessibility tree, its state by D-Bus."""
import subprocess

from gi.repository import Gio, GLib

from session import BUILD
from tap import until
from tree import Screen, Tree, settle

PROGRAM = str(BUILD / 'src' / 'phone')


class Remote:
    def __init__(self, phone, path, interface):
        self.phone, self.path, self.interface = phone, path, interface

    def call(self, method, signature=None, *arguments):
        return self.phone.request(self.path, self.interface, method, signature, *arguments)

    def get(self, name):
        return self.phone.request(self.path, 'org.freedesktop.DBus.Properties', 'Get', '(ss)', self.interface, name)

    def become(self, name, wanted, within=10.0):
        matches = wanted if callable(wanted) else lambda value: value == wanted
        return until(f'{self.path} has {name} {wanted}', lambda: matches(self.get(name)), within, lambda: self.get(name))


class Phone:
    def __init__(self, session, name='alice', app_id='org.example.Phone'):
        self.session = session
        self.id = app_id
        self.root = '/' + app_id.replace('.', '/')
        self.env = session.person(name)
        self.screen = Screen(self.env)
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.child = None
        self.tree = None

    def run(self, *arguments, stdin=None):
        return subprocess.run([PROGRAM, '--gapplication-app-id', self.id, *arguments], env=self.env, input=stdin, capture_output=True, text=True, timeout=20, check=False)

    def start(self, *arguments, env=None):
        self.child = self.session.start(f'phone-{self.id}', [PROGRAM, '--gapplication-app-id', self.id, *arguments], env={**self.env, **(env or {})})
        self.tree = Tree(self.child.process.pid)
        until(f'{self.id} owns its name', self.is_running, 15.0, self.child.output)
        return self

    def request_bus(self, method, name):
        """Asks the bus itself about a name."""
        settle()
        return self.bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', method, GLib.Variant('(s)', (name,)), None, 0, -1, None).unpack()[0]

    def is_running(self):
        return self.request_bus('NameHasOwner', self.id)

    def request(self, path, interface, method, signature=None, *arguments):
        settle()
        body = GLib.Variant(signature, arguments) if signature else None
        reply = self.bus.call_sync(self.id, path, interface, method, body, None, Gio.DBusCallFlags.NO_AUTO_START, 10000, None).unpack()
        return reply[0] if reply else None

    def objects(self, interface):
        try:
            managed = self.request(self.root, 'org.freedesktop.DBus.ObjectManager', 'GetManagedObjects')
        except GLib.Error:
            return []
        return [Remote(self, path, interface) for path, interfaces in managed.items() if interface in interfaces]

    def account(self):
        return until(f'{self.id} has an account', lambda: next(iter(self.objects('org.example.Phone.Account')), None))

    def live_call(self, within=10.0):
        """The call that is not over."""
        def look():
            return next((call for call in self.objects('org.example.Phone.Call') if call.get('State') not in ('ending', 'ended')), None)
        return until(f'{self.id} has a call', look, within)

    def calls(self):
        return self.objects('org.example.Phone.Call')

    def dial(self, target, **options):
        path = self.request(self.root, 'org.example.Phone.Calls', 'Dial', '(sa{sv})', target, options)
        return Remote(self, path, 'org.example.Phone.Call')

    def action(self, name, *parameters):
        self.request(self.root, 'org.freedesktop.Application', 'ActivateAction', '(sava{sv})', name, list(parameters), {})

    def window(self, title=None):
        return self.screen.window(self.child.process.pid, title)

    def stop(self):
        if self.child:
            self.child.stop()
            self.child = None


class Context:
    """What a scenario is given: a session shared by the file, and phones of its own."""

    def __init__(self, session, path):
        self.session = session
        self.path = path
        self.things = []
        self.phones = []

    def phone(self, name=None, app_id='org.example.Phone'):
        home = f'{self.path.replace("/", "-")}-{name or "alice"}'
        phone = Phone(self.session, home, app_id)
        self.phones.append(phone)
        return phone

    def add(self, thing):
        self.things.append(thing)
        return thing

    def report(self):
        return '\n'.join(f'==> {phone.child.name}\n{phone.child.output()[-4000:]}' for phone in self.phones if phone.child)

    def stop(self):
        for phone in self.phones:
            phone.stop()
        for thing in self.things:
            thing.stop()
        self.phones, self.things = [], []
