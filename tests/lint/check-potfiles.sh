#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every file with text for people is in po/POTFILES.in, only those are, and every language is complete: check-potfiles.sh SOURCE_ROOT
set -u
cd "$1" || exit 1
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

{
  grep -rlE --include='*.c' '(^|[^A-Za-z_])(_|N_|C_|NC_|ngettext) ?\("' src
  grep -rl --include='*.ui' 'translatable="yes"' src
  grep -lE '<(name|summary|description|p|li|caption|developer_name)>' data/*.metainfo.xml.in
  ls data/*.desktop.in data/*.gschema.xml
} 2>/dev/null | sort -u > "$work/wanted"
grep -vE '^(#|$)' po/POTFILES.in | sort -u > "$work/listed"

if ! diff "$work/wanted" "$work/listed" > "$work/difference"; then
  echo 'po/POTFILES.in is not what it should be (< missing, > needless):'
  cat "$work/difference"
  failed=1
fi

if ! command -v msgfmt >/dev/null || ! command -v xgettext >/dev/null; then
  echo 'gettext is not installed'
  exit 1
fi

# The same options as meson's glib preset.
if ! xgettext --from-code=UTF-8 --add-comments --files-from="$work/listed" --output="$work/phone.pot" \
  --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 --keyword=g_dcgettext:2 --keyword=g_dngettext:2,3 --keyword=g_dpgettext2:2c,3 \
  --flag=N_:1:pass-c-format --flag=C_:2:pass-c-format --flag=NC_:2:pass-c-format 2> "$work/log"; then
  cat "$work/log"
  exit 1
fi

for language in $(grep -vE '^(#|$)' po/LINGUAS); do
  file=po/$language.po

  msgfmt --check --check-accelerators=_ --output-file=/dev/null "$file" || failed=1
  msgmerge --quiet --no-fuzzy-matching --output-file="$work/$language.po" "$file" "$work/phone.pot" || failed=1

  for kind in untranslated only-fuzzy; do
    msgattrib --$kind --no-obsolete "$work/$language.po" > "$work/$kind"

    if grep -q '^msgid' "$work/$kind"; then
      echo "$file: $kind entries:"
      cat "$work/$kind"
      failed=1
    fi
  done
done

exit $failed
