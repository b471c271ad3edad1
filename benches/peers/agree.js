'use strict';
// awaitbench and its peers side by side, in turns, on 8.17.0, 12.16.2 and the newest LTS: one JSON line a
// run, then one a tool and runtime with the ratio as measured, the ratio with the tool's constant taken
// out, and how far both are from awaitbench's in per cent. Then how far mitata and tinybench are from awaitbench's own
// measurement of the same loops (the cases awaited and timed): of tinybench all the time that passes counts then.
// With --core N every tool's main thread is bound to that core half a second after its start (Linux, taskset), as
// awaitbench does with its own; its other threads go wherever the system puts them.
// mitata and tinybench run on the last runtime only.
// usage: node agree.js --awaitbench PATH [--rounds N] [--seconds S] [--core N] [--runtime SPEC,SPEC]
//   [--invocations N], awaitbench's own in each round

const { execFileSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

function option(name, otherwise) {
  const at = process.argv.indexOf('--' + name);
  return at < 0 ? otherwise : process.argv[at + 1];
}

const awaitbench = path.resolve(option('awaitbench', 'awaitbench'));
const rounds = Number(option('rounds', 4));
const seconds = option('seconds', '3');
const core = option('core', '');
const invocations = option('invocations', '10');
const specs = option('runtime', 'node@8.17.0,node@12.16.2,node@lts').split(',');
const variants = ['generator', 'async', 'empty'];

function json(program, args) {
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}

const runtimes = specs.map((spec) => json(awaitbench, ['install', spec, '--format', 'json', '--quiet']).runtimes[0]);
const newest = runtimes[runtimes.length - 1];
const found = {};

function note(tool, version, variant, ns) {
  const key = tool + ' ' + version;
  found[key] = found[key] || { tool, version, generator: [], async: [], empty: [] };
  found[key][variant].push(ns);
  console.log(JSON.stringify({ tool, version, variant, ns_per_op: ns }));
}

// The cases of ours that have the loop of another tool.
const loops = { awaited: 'awaitbench, awaited', timed: 'awaitbench, timed' };

function ownRun(runtime, cases) {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'agree-'));
  try {
    const answer = json(awaitbench, ['run', '--runtime', 'node@' + runtime.version,
      ...cases.flatMap((name) => ['--case', loops[name] ? path.join(__dirname, name) : name]),
      '--invocations', invocations, '--out', out, '--format', 'json', '--quiet']);
    for (const cell of answer.cells) {
      const variant = cell.case === 'noop' ? 'empty' : cell.variant;
      note(loops[cell.case] || 'awaitbench', runtime.version, variant, cell.ns_per_op);
    }
  } finally {
    fs.rmSync(out, { recursive: true, force: true });
  }
}

// taskset without -a binds one thread: the main one, whose id is the process's.
const bound = '"$@" & pid=$!; sleep 0.5; taskset -cp "$CORE" $pid >/dev/null; wait $pid';

function peer(program, args) {
  if (core === '') return json(program, args);
  process.env.CORE = core;
  return json('sh', ['-c', bound, 'peer', program, ...args]);
}

function peerRun(tool, file, runtime) {
  for (const variant of variants) {
    const line = peer(runtime.path, [path.join(__dirname, file), variant, seconds]);
    note(tool, runtime.version, variant, line.ns_per_op);
    if (line.whole_ns_per_op) note(tool + ', whole', runtime.version, variant, line.whole_ns_per_op);
  }
}

for (let round = 0; round < rounds; round++) {
  for (const runtime of runtimes) {
    ownRun(runtime, ['await-two', 'noop']);
    peerRun('benchmark', 'benchmark.js', runtime);
  }
  ownRun(newest, Object.keys(loops));
  peerRun('mitata', 'mitata.mjs', newest);
  peerRun('tinybench', 'tinybench.mjs', newest);
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

// Of the rounds with these numbers; a round may be there more than once.
function figures(of, numbers) {
  const [slow, fast, empty] = variants.map((variant) => mean(numbers.map((round) => of[variant][round])));
  return { generator_ns: slow, async_ns: fast, empty_ns: empty, ratio: slow / fast, ratio_less_empty: (slow - empty) / (fast - empty) };
}

// The same seed always: Numerical Recipes' generator of 32 bits.
let state = 1;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * below);
};

const all = Array.from({ length: rounds }, (_, round) => round);
const draws = Array.from({ length: 4000 }, () => all.map(() => random(rounds)));

// How far the first is from the second in per cent, with what 95 % of 4,000 resamples of the rounds say: processes of one
// round were neighbours in time.
function difference(first, second, name) {
  const of = (numbers) => (figures(first, numbers)[name] / figures(second, numbers)[name] - 1) * 100;
  const sorted = draws.map(of).sort((a, b) => a - b);
  const [low, high] = [0.025, 0.975].map((share) => sorted[Math.round(share * (sorted.length - 1))]);
  return { difference_percent: of(all), difference_percent_low: low, difference_percent_high: high };
}

for (const of of Object.values(found)) {
  const own = found['awaitbench ' + of.version];
  const { tool, version } = of;
  console.log(JSON.stringify({ tool, version, ...figures(of, all), compared: 'ratio', ...difference(of, own, 'ratio') }));
  console.log(JSON.stringify({ tool, version, compared: 'ratio_less_empty', ...difference(of, own, 'ratio_less_empty') }));
}
for (const [tool, loop] of [['mitata', 'awaited'], ['tinybench, whole', 'timed']]) {
  const version = newest.version;
  const [theirs, ours] = [tool, loops[loop]].map((name) => found[name + ' ' + version]);
  console.log(JSON.stringify({ tool, version, compared: "ratio with our case '" + loop + "'", ...difference(theirs, ours, 'ratio') }));
}
