# SPDX-License-Identifier: GPL-3.0-or-later
"""The accessibility tree, read and pressed as a screen reader does; xdotool for what it cannot do (rows, keys, places)."""
import subprocess

import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

from tap import until  # noqa: E402


def settle():
    context = GLib.MainContext.default()
    while context.iteration(False):
        pass


def walk(node):
    try:
        yield node
        children = [node.get_child_at_index(i) for i in range(node.get_child_count())]
    except GLib.Error:
        return
    for child in children:
        if child:
            yield from walk(child)


def role_of(node):
    """The name of the role; newer libraries say 'button' for 'push button'."""
    name = node.get_role_name()
    return 'push button' if name == 'button' else name


def name_of(node):
    """The name; of '_Remove Remove', as GTK 4.8 names a mnemonic button, the part that people see."""
    name = node.get_name() or ''
    first, _, rest = name.partition(' ')
    half = name[:len(name) // 2]
    if '_' in name and name.replace('_', '', 1) == f'{rest} {rest}' and first:
        return rest
    if '_' in half and half.replace('_', '', 1).strip() == name[len(half):].strip():
        return name[len(half):].strip()
    return name


def states(node):
    return {state.value_nick for state in node.get_state_set().get_states()}


def is_laid_out(node):
    """Not so for what was never on screen: a page not shown yet, the other layout of a message dialog."""
    try:
        return Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW).width > 0
    except GLib.Error:
        return False


def text_of(node):
    """What is written in an entry, or the name of a label."""
    if 'Text' in node.get_interfaces():
        written = Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))
        if written:
            return written
    return node.get_name() or ''


def extents(node):
    return Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)


class Tree:
    def __init__(self, pid):
        self.pid = pid

    def root(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(i)
            try:
                if application and application.get_process_id() == self.pid:
                    # Clearing the cache instead crashes in at-spi2 2.46 after a window went.
                    application.set_cache_mask(Atspi.Cache.ROLE | Atspi.Cache.INTERFACES)
                    return application
            except GLib.Error:
                continue
        return None

    def windows(self):
        root = self.root()
        return [root.get_child_at_index(i) for i in range(root.get_child_count())] if root else []

    def all(self, role=None, name=None, within=None):
        top = within or self.root()
        if not top:
            return []
        found = []
        for node in walk(top):
            try:
                if role and role_of(node) not in ([role] if isinstance(role, str) else role):
                    continue
                if name is not None and not (name(name_of(node)) if callable(name) else name_of(node) == name):
                    continue
                found.append(node)
            except GLib.Error:
                continue
        return found

    def find(self, role=None, name=None, within=None, patience=10.0):
        """The first such node, waiting until there is one."""
        return until(f'a {role or "thing"} named {name!r} in the window', lambda: next(iter(self.all(role, name, within)), None), patience, self.describe)

    def sees(self, name):
        return bool(self.all(name=name))

    def gone(self, role=None, name=None, patience=10.0):
        until(f'no {role or "thing"} named {name!r} any more', lambda: not self.all(role, name), patience, self.describe)

    def press(self, name, role=('push button', 'toggle button', 'page tab', 'menu item', 'check box'), within=None):
        def pressed():
            for node in sorted(reversed(self.all(role, name, within)), key=is_laid_out, reverse=True):
                if node.get_n_actions() and 'sensitive' in states(node):
                    return Atspi.Action.do_action(node, 0)
            return False
        until(f'{name!r} can be pressed', pressed, 10.0, self.describe)

    def type(self, name, text, within=None):
        """Writes into the entry of this name."""
        def written():
            for node in self.all(None, name, within):
                for entry in walk(node):
                    if 'EditableText' in entry.get_interfaces():
                        return Atspi.EditableText.set_text_contents(entry, text)
            return False
        until(f'{name!r} can be written to', written, 10.0, self.describe)

    def describe(self):
        lines = []
        for node in walk(self.root()) if self.root() else []:
            try:
                if node.get_name() or role_of(node) in ('frame', 'dialog', 'text'):
                    lines.append(f'{role_of(node)} {node.get_name()!r}')
            except GLib.Error:
                continue
        return '\n    ' + '\n    '.join(lines)


class Screen:
    def __init__(self, env):
        self.env = env

    def run(self, *command):
        return subprocess.run(command, env=self.env, check=True, capture_output=True, text=True).stdout

    def window(self, pid, title=None):
        """The X window of the process, by title; the newest if several."""
        def look():
            pattern = ['--name', title] if title else ['--name', '.']
            found = subprocess.run(['xdotool', 'search', '--all', '--onlyvisible', '--pid', str(pid), *pattern], env=self.env, capture_output=True, text=True)
            return found.stdout.split()[-1:] or None
        return until(f'a window {title or ""} on the screen', look)[0]

    def focus(self, window):
        self.run('xdotool', 'windowactivate', '--sync', window)

    def resize(self, window, width, height):
        self.run('xdotool', 'windowsize', '--sync', window, str(width), str(height))

    def geometry(self, window):
        lines = self.run('xdotool', 'getwindowgeometry', '--shell', window).split()
        return {key: int(value) for key, value in (line.split('=') for line in lines)}

    def key(self, *keys):
        self.run('xdotool', 'key', '--clearmodifiers', *keys)

    def write(self, text):
        self.run('xdotool', 'type', '--delay', '5', text)

    def click(self, window, frame, node):
        """Clicks the middle of a node of the frame that the X window shows."""
        outer, place, inner = self.geometry(window), extents(node), extents(frame)
        x = outer['X'] + (outer['WIDTH'] - inner.width) // 2 + place.x + place.width // 2
        y = outer['Y'] + (outer['HEIGHT'] - inner.height) // 2 + place.y + place.height // 2
        self.run('xdotool', 'mousemove', str(x), str(y), 'click', '1')

    def picture(self, window, file):
        self.run('import', '-window', window, str(file))

    def difference(self, one, other):
        """How many pixels differ."""
        result = subprocess.run(['compare', '-metric', 'AE', '-fuzz', '4%', str(one), str(other), 'null:'], env=self.env, capture_output=True, text=True)
        return int(float(result.stderr.split()[0]))
