// Compares `awaitbench heap` with Chrome DevTools' own worker, number by number.
// usage: node compare.mjs AWAITBENCH BASE.heapsnapshot NEW.heapsnapshot [BASE NEW]…
//
// Total, groups (count, shallow, retained, distance) of NEW, and the comparison with BASE. Prints a
// Markdown row for each pair, what differs on standard error, and exits with status 1 if anything does.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [awaitbench, ...files] = process.argv.slice(2);
if (!awaitbench || files.length === 0 || files.length % 2 !== 0) {
  console.error('usage: node compare.mjs AWAITBENCH BASE NEW [BASE NEW]…');
  process.exit(2);
}

const LARGEST_ANSWER = 1 << 30;

function ours(...words) {
  const command = ['heap', ...words, '--format', 'json', '--quiet'];
  return JSON.parse(execFileSync(awaitbench, command, { maxBuffer: LARGEST_ANSWER }));
}

function theirs(base, file) {
  const folder = mkdtempSync(path.join(tmpdir(), 'oracle-'));
  try {
    const out = path.join(folder, 'devtools.json');
    const words = ['--base', base, '--top', '100000000', '--json', out, '-q'];
    const worker = path.join(import.meta.dirname, 'dt.mjs');
    const heap = '--max-old-space-size=12000';
    execFileSync(process.execPath, [heap, worker, file, ...words], { stdio: ['ignore', 'ignore', 'ignore'] });
    return JSON.parse(readFileSync(out, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// DevTools' key of a class: the constructor's script, line and column if known, then the name.
const keyOf = row => `${(row.location ?? '').replaceAll(':', ',')},${row.name}`;
const fields = (row, names) => names.map(name => row[name]).join(' ');
const table = (rows, key, names) => new Map(rows.map(row => [key(row), fields(row, names)]));

// How many rows are equal; the others are said on standard error.
function compare(what, mine, other) {
  let equal = 0;
  for (const key of new Set([...mine.keys(), ...other.keys()])) {
    if (mine.get(key) === other.get(key)) equal += 1;
    else console.error(`${what}: ${JSON.stringify(key)}: awaitbench ${mine.get(key)}, DevTools ${other.get(key)}`);
  }
  return equal === mine.size && equal === other.size;
}

let same = true;
console.log('| snapshot | nodes | total, bytes | groups | rows of the comparison | equal |');
console.log('| --- | ---: | ---: | ---: | ---: | --- |');
for (let i = 0; i < files.length; i += 2) {
  const [base, file] = [files[i], files[i + 1]];
  const devtools = theirs(base, file);
  const summary = ours('summary', file);
  const diff = ours('diff', base, file, '--by', 'id');
  const total = summary.total_bytes === devtools.totalSize && summary.node_count === devtools.nodes;
  if (!total) console.error(`${file}: total ${summary.total_bytes}, DevTools ${devtools.totalSize}`);
  const groups = compare(
    `${file}, summary`,
    table(summary.groups, keyOf, ['count', 'shallow_bytes', 'retained_bytes', 'distance']),
    // What nothing reaches has a distance of -5 there, and none here.
    table(devtools.top.map(row => ({ ...row, distance: row.distance < 0 ? null : row.distance })),
      row => row.key, ['count', 'shallow', 'retained', 'distance']));
  const comparison = compare(
    `${file}, diff`,
    table(diff.groups, keyOf, ['new_count', 'deleted_count', 'delta_count', 'new_bytes', 'deleted_bytes', 'delta_bytes']),
    table(devtools.diff, row => row.key, ['new', 'deleted', 'delta', 'allocSize', 'freedSize', 'sizeDelta']));
  const equal = total && groups && comparison;
  same &&= equal;
  const name = path.basename(file, '.heapsnapshot');
  const count = number => number.toLocaleString('en');
  console.log(`| ${name} | ${count(devtools.nodes)} | ${count(devtools.totalSize)} | ${devtools.top.length} | ${devtools.diff.length} | ${equal ? 'yes' : 'no'} |`);
}
process.exit(same ? 0 : 1);
