# SPDX-License-Identifier: GPL-3.0-or-later
"""A notification server that remembers what it was shown and presses the buttons that a person would."""
from gi.repository import Gio, GLib

NAME = 'org.freedesktop.Notifications'
PATH = '/org/freedesktop/Notifications'
INTERFACE = Gio.DBusNodeInfo.new_for_xml('''<node><interface name="org.freedesktop.Notifications">
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal><signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>''').interfaces[0]


class Notifications:
    def __init__(self):
        self.shown = {}
        self.last = 0
        self.sender = None
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.object = self.bus.register_object(PATH, INTERFACE, self._called, None, None)
        self.name = Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)

    def _called(self, connection, sender, path, interface, method, arguments, invocation):
        values = arguments.unpack()
        if method == 'GetCapabilities':
            invocation.return_value(GLib.Variant('(as)', (['actions', 'body'],)))
        elif method == 'GetServerInformation':
            invocation.return_value(GLib.Variant('(ssss)', ('test', 'test', '1', '1.2')))
        elif method == 'Notify':
            number = values[1] or self.last + 1
            self.last = max(self.last, number)
            keys, labels = values[5][0::2], values[5][1::2]
            self.shown[number] = {'sender': sender, 'title': values[3], 'body': values[4], 'buttons': dict(zip(labels, keys)), 'hints': values[6]}
            invocation.return_value(GLib.Variant('(u)', (number,)))
        else:
            self.shown.pop(values[0], None)
            invocation.return_value(None)

    def find(self, text):
        """(number, notification) of the one that says this in its title or body."""
        return next(((number, one) for number, one in self.shown.items() if text in one['title'] + ' ' + one['body']), None)

    def press(self, number, label):
        one = self.shown[number]
        self.bus.emit_signal(one['sender'], PATH, NAME, 'ActionInvoked', GLib.Variant('(us)', (number, one['buttons'][label])))

    def stop(self):
        Gio.bus_unown_name(self.name)
        self.bus.unregister_object(self.object)
