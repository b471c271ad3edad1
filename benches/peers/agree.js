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
const ratios = Object.values(found).map((of) => {
  const [slow, fast, empty] = variants.map((variant) => mean(of[variant]));
  return { tool: of.tool, version: of.version, generator_ns: slow, async_ns: fast, empty_ns: empty, ratio: slow / fast,
    ratio_without_constant: (slow - empty) / (fast - empty) };
});
for (const row of ratios) {
  const own = ratios.find((other) => other.tool === 'awaitbench' && other.version === row.version);
  const percent = (name) => (row[name] / own[name] - 1) * 100;
  // The tool's loop beyond awaitbench's, with the same empty body in both.
  const extra = row.empty_ns - own.empty_ns;
  const moved = (row.generator_ns - extra) / (row.async_ns - extra);
  console.log(JSON.stringify({ ...row, difference_percent: percent('ratio'),
    difference_without_constant_percent: percent('ratio_without_constant'), ratio_with_own_constant: moved,
    difference_with_own_constant_percent: (moved / own.ratio - 1) * 100 }));
}

for (const [tool, loop] of [['mitata', 'awaited'], ['tinybench, whole', 'timed']]) {
  const theirs = ratios.find((row) => row.tool === tool);
  const ours = ratios.find((row) => row.tool === loops[loop]);
  console.log(JSON.stringify({ tool, version: theirs.version, loop, ratio: theirs.ratio, own_ratio_of_that_loop: ours.ratio,
    difference_percent: (theirs.ratio / ours.ratio - 1) * 100 }));
}
