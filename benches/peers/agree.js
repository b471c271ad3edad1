'use strict';
// awaitbench and its peers side by side, in turns, on 8.17.0, 12.16.2 and the newest LTS: one JSON line for each figure,
// which `agreement.js` makes a table of. mitata and tinybench run on the last runtime only, and so do our cases with their
// loops (awaited and timed).
// With --core N every tool's main thread is bound to that core half a second after its start (Linux, taskset), as
// awaitbench does with its own; its other threads go wherever the system puts them.
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
const seconds = option('seconds', '5');
const core = option('core', '');
const invocations = option('invocations', '3');
const specs = option('runtime', 'node@8.17.0,node@12.16.2,node@lts').split(',');
const variants = ['generator', 'async', 'empty'];

function json(program, args) {
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}

function note(round, tool, version, variant, ns) {
  console.log(JSON.stringify({ round, tool, version, variant, ns_per_op: ns }));
}

// The cases of ours that have the loop of another tool.
const loops = { awaited: 'awaitbench, awaited', timed: 'awaitbench, timed' };

function ownRun(round, runtime, cases) {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'agree-'));
  try {
    const answer = json(awaitbench, ['run', '--runtime', 'node@' + runtime.version,
      ...cases.flatMap((name) => ['--case', loops[name] ? path.join(__dirname, name) : name]),
      '--invocations', invocations, '--out', out, '--format', 'json', '--quiet']);
    for (const cell of answer.cells) {
      const variant = cell.case === 'noop' ? 'empty' : cell.variant;
      note(round, loops[cell.case] || 'awaitbench', runtime.version, variant, cell.ns_per_op);
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

function peerRun(round, tool, file, runtime) {
  for (const variant of variants) {
    const line = peer(runtime.path, [path.join(__dirname, file), variant, seconds]);
    note(round, tool, runtime.version, variant, line.ns_per_op);
    if (line.whole_ns_per_op) note(round, tool + ', whole', runtime.version, variant, line.whole_ns_per_op);
  }
}

const runtimes = specs.map((spec) => json(awaitbench, ['install', spec, '--format', 'json', '--quiet']).runtimes[0]);
const newest = runtimes[runtimes.length - 1];
for (let round = 1; round <= rounds; round++) {
  for (const runtime of runtimes) {
    ownRun(round, runtime, ['await-two', 'noop']);
    peerRun(round, 'Benchmark.js', 'benchmark.js', runtime);
  }
  ownRun(round, newest, Object.keys(loops));
  peerRun(round, 'mitata', 'mitata.mjs', newest);
  peerRun(round, 'tinybench', 'tinybench.mjs', newest);
}
