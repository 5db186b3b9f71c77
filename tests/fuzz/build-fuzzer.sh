#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# build-fuzzer.sh OUTPUT CLANG CONFIG_DIR ROOM_DIR FUZZ_DIR SOURCE…: one fuzzer with the value half of a room in it, all instrumented.
set -e
output=$1 clang=$2 config=$3 room=$4 fuzz=$5
shift 5
# shellcheck disable=SC2046
exec "$clang" -g -O1 -std=gnu11 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -DHAVE_CONFIG_H \
  -DG_LOG_DOMAIN='"fuzz"' -I"$config" -I"$room" -I"$room/video" -I"$fuzz" $(pkg-config --cflags gio-2.0 nettle) -o "$output" "$@" $(pkg-config --libs gio-2.0 nettle)
