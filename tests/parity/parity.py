# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the parity table against the list of JsSIP's rows and against what passed.

jssip-ids.txt is the list, one id a line. jssip.tsv has the columns id, counterpart, test; several tests are separated by commas. A row
without meaning in C has "n/a" as its counterpart and the reason as its test column.
"""
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def read_rows():
    with open(FOLDER / 'jssip.tsv', encoding='utf-8') as lines:
        for number, line in enumerate(lines, 1):
            yield number, line.rstrip('\n').split('\t')


def problems(passed):
    """Yields a sentence for everything that is wrong; passed is the set of cases that passed in this run."""
    wanted = (FOLDER / 'jssip-ids.txt').read_text(encoding='utf-8').split('\n')
    wanted = Counter(line for line in wanted if line)
    seen = Counter()
    for number, row in read_rows():
        if len(row) != 3 or not all(cell.strip() for cell in row):
            yield f'line {number}: three filled columns are needed'
            continue
        seen[row[0]] += 1
        if row[1] == 'n/a':
            continue
        for test in row[2].split(','):
            if test.strip() not in passed:
                yield f'{row[0]}: the test "{test.strip()}" did not pass in this run'
    for row_id in (wanted - seen):
        yield f'{row_id}: missing'
    for row_id in (seen - wanted):
        yield f'{row_id}: not in the list, or twice'
