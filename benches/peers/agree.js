'use strict';
// awaitbench and its peers side by side, in turns, on 8.17.0, 12.16.2 and the newest LTS: one JSON line a
// run, then one a tool and runtime with means over the rounds, and how far its ratio is, in per cent, from awaitbench's and from
// what awaitbench's would be with the tool's constant added to both forms (the difference of the two empty bodies). Then how far
// mitata and tinybench are from awaitbench's own measurement of the same loops (the cases awaited and timed): of tinybench all
// the time that passes counts then.
// With --core N every tool's main thread is bound to that core half a second after its start (Linux, taskset), as
// awaitbench does with its own; its other threads go wherever the system puts them.
// mitata and tinybench run on the last runtime only.
// usage: node agree.js --awaitbench PATH [--rounds N] [--seconds S] [--core N] [--runtime SPEC,SPEC]
//   [--invocations N], awaitbench's own in each round
// or: node agree.js --read FILE, what it printed before

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

const found = {};

function note(tool, version, variant, ns) {
  const key = tool + ' ' + version;
  found[key] = found[key] || { tool, version, generator: [], async: [], empty: [] };
  found[key][variant].push(ns);
  if (!option('read', '')) console.log(JSON.stringify({ tool, version, variant, ns_per_op: ns }));
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

function measure() {
  const runtimes = specs.map((spec) => json(awaitbench, ['install', spec, '--format', 'json', '--quiet']).runtimes[0]);
  const newest = runtimes[runtimes.length - 1];
  for (let round = 0; round < rounds; round++) {
    for (const runtime of runtimes) {
      ownRun(runtime, ['await-two', 'noop']);
      peerRun('benchmark', 'benchmark.js', runtime);
    }
    ownRun(newest, Object.keys(loops));
    peerRun('mitata', 'mitata.mjs', newest);
    peerRun('tinybench', 'tinybench.mjs', newest);
  }
}

function read(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  for (const line of lines) if (line.variant) note(line.tool, line.version, line.variant, line.ns_per_op);
}

if (option('read', '')) read(option('read'));
else measure();

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

// Of the rounds with these numbers; a round may be there more than once.
function figures(of, numbers) {
  const [slow, fast, empty] = variants.map((variant) => mean(numbers.map((round) => of[variant][round])));
  return { generator_ns: slow, async_ns: fast, empty_ns: empty, ratio: slow / fast };
}

// The same seed always: Numerical Recipes' generator of 32 bits.
let state = 1;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * below);
};

const all = Array.from({ length: Math.min(...Object.values(found).map((of) => of.empty.length)) }, (_, round) => round);
const draws = Array.from({ length: 4000 }, () => all.map(() => random(all.length)));

// What a value says of all rounds, with what 95 % of 4,000 resamples of the rounds say: processes of one round were neighbours
// in time.
function estimate(of) {
  const sorted = draws.map(of).sort((a, b) => a - b);
  const [low, high] = [0.025, 0.975].map((share) => sorted[Math.round(share * (sorted.length - 1))]);
  return { value: of(all), low, high };
}

// How far the ratio of the first is from what is expected of it out of the second, in per cent.
function difference(first, second, expected) {
  return estimate((numbers) => {
    const [theirs, ours] = [figures(first, numbers), figures(second, numbers)];
    return (theirs.ratio / expected(ours, theirs.empty_ns - ours.empty_ns) - 1) * 100;
  });
}

const plainly = (ours) => ours.ratio;
// With the tool's constant beyond ours in both forms.
const withConstant = (ours, constant) => (ours.generator_ns + constant) / (ours.async_ns + constant);

for (const of of Object.values(found)) {
  const own = found['awaitbench ' + of.version];
  const { tool, version } = of;
  console.log(JSON.stringify({ tool, version, rounds: all.length, ...figures(of, all),
    from_own_percent: difference(of, own, plainly), from_own_with_constant_percent: difference(of, own, withConstant) }));
}
for (const [tool, loop] of [['mitata', 'awaited'], ['tinybench, whole', 'timed']]) {
  for (const of of Object.values(found).filter((one) => one.tool === tool)) {
    const own = found[loops[loop] + ' ' + of.version];
    console.log(JSON.stringify({ tool, version: of.version, loop, from_own_loop_percent: difference(of, own, plainly),
      from_own_loop_with_constant_percent: difference(of, own, withConstant) }));
  }
}
