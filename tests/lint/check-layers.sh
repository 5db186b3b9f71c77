#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The laws about who may know whom, as far as the build cannot keep them: check-layers.sh SOURCE_ROOT
set -u
cd "$1/src" || exit 1
failed=0

# forbid MESSAGE PATTERN PATH…: no line of these files may match.
forbid () {
  message=$1 pattern=$2
  shift 2
  found=$(grep -rnE --include='*.c' --include='*.h' -- "$pattern" "$@" 2>/dev/null)
  [ -z "$found" ] && return
  echo "$message:"
  echo "$found"
  failed=1
}

lower='sip media store calls exchange'

forbid 'an #include that leaves its room by path' '^ *# *include *"[^"]*\.\./' .
forbid 'a toolkit or translated text below ui' '^ *# *include *[<"](gtk/|gdk/|adwaita|libintl|glib/gi18n)' $lower
forbid 'translated text below ui' '[^A-Za-z_](_|N_|Q_|C_|NC_|gettext|ngettext|dgettext)[ ]?\("' $lower
forbid 'SQLite outside the store' '^ *# *include *[<"]sqlite3' sip media calls exchange ui
forbid 'libsecret outside the store' '^ *# *include *[<"]libsecret/' sip media calls exchange ui
forbid 'GStreamer outside media' '^ *# *include *[<"]gst/' sip store calls exchange ui
forbid 'GStreamer in the frames that cross to the screen' '^ *# *include *[<"]gst/' media/video
forbid 'libsoup outside sip and exchange' '^ *# *include *[<"]libsoup/' media store calls ui
forbid 'SDP in the room that takes bodies for bytes' '^ *# *include *[<"](gst/sdp|phone-media)' sip
forbid 'media known to the ui' '^ *# *include *"phone-(sip|media)-' ui
forbid 'calls known below' '^ *# *include *"phone-(call|ua|switchboard)\b[^"]*"' sip media exchange
forbid 'a word that says nothing in a function name' '^phone_[a-z0-9_]*_?(manager|helper|util|utils)(_[a-z0-9_]*)? \(' .
forbid 'data kept outside a struct' 'g_object_set_data' .
forbid 'a warning that a peer or a user could cause, below ui' '^[^/]*\bg_(warning|message|critical)( |\()' $lower

for file in $(find . -name '*manager*' -o -name '*helper*' -o -name '*util*' -o -name '*handler*'); do
  echo "a file name that says nothing: src/$file"
  failed=1
done

for file in $(find . -name '*.c' -o -name '*.h'); do
  head -n 1 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' && continue
  echo "no licence in the first line: src/$file"
  failed=1
done

exit $failed
