'use strict';
// What collecting the garbage of each tool takes: one process a tool and form, with --trace-gc. One JSON line each:
// ns/op by the tool, ns/op of V8's pauses while it was measuring, and bytes/op that scavenges freed.
// usage: node gc.js NODE [--seconds S]

const { execFileSync } = require('child_process');
const path = require('path');

const node = process.argv[2];
const at = process.argv.indexOf('--seconds');
const seconds = at < 0 ? '3' : process.argv[at + 1];
if (!node) {
  console.error('usage: node gc.js NODE [--seconds S]');
  process.exit(2);
}

// "[41:0x1]  1234 ms: Scavenge 70.1 (101.2) -> 6.3 (101.2) MB, pooled: 0 MB, 11.52 / 0.00 ms ..."
const SCAVENGE = /Scavenge ([\d.]+) \([\d.]+\) -> ([\d.]+) \([\d.]+\) MB,(?: pooled: [\d.]+ MB,)? ([\d.]+) \//;

for (const [tool, file] of [['benchmark', 'benchmark.js'], ['mitata', 'mitata.mjs'], ['tinybench', 'tinybench.mjs']]) {
  for (const variant of ['generator', 'async', 'empty']) {
    const text = execFileSync(node, ['--trace-gc', path.join(__dirname, file), variant, seconds], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const lines = text.split('\n');
    const answer = JSON.parse(lines.find((line) => line.startsWith('{')));
    const scavenges = lines.map((line) => SCAVENGE.exec(line)).filter(Boolean).map((found) => found.slice(1).map(Number));
    const sum = (of) => scavenges.reduce((total, scavenge) => total + of(scavenge), 0);
    console.log(JSON.stringify({
      tool,
      version: answer.version,
      variant,
      ns_per_op: answer.ns_per_op,
      scavenges: scavenges.length,
      mean_scavenge_ms: sum(([, , ms]) => ms) / scavenges.length,
      scavenge_ns_per_op: (sum(([, , ms]) => ms) * 1e6) / answer.ops,
      freed_bytes_per_op: (sum(([before, after]) => before - after) * (1 << 20)) / answer.ops,
    }));
  }
}
