#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run-fuzzer.sh FUZZER DICTIONARY SECONDS CORPUS…: new inputs go to a directory of this run, the kept corpus is only read.
fuzzer=$1 dictionary=$2 seconds=$3
shift 3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=8192 -dict="$dictionary" -artifact_prefix="${MESON_BUILD_ROOT:-.}/" \
  -print_final_stats=1 "$scratch" "$@" || exit 1      # libFuzzer ends with 77, which would count as skipped
