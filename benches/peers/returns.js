'use strict';
// What it changes that a loop returns to the event loop between its batches of about 20 ms: collections that V8 ends by a
// task there have to be ended within the loop if it never does. Two loops, one like awaitbench's and one
// like mitata's, each in one process with one body.
// usage: node returns.js own|mitata generator|async|empty SECONDS returns|stays
// One JSON line: ns/op within batches, and of all the time that passed, what is between them included.

const path = require('path');
const bodies = require('./bodies.js');

const BATCH_NS = 20e6;

const [loop, name, seconds, way] = process.argv.slice(2);
process.argv.splice(2, 4, name, seconds);
const body = bodies.chosen();

// As the driver does: the next op begins in the callback of the one before.
function own(n) {
  return new Promise((resolve) => {
    let left = n;
    function done(value) {
      body.ops += 1;
      body.sum += value;
      left -= 1;
      if (left > 0) body.op(done);
      else resolve();
    }
    body.op(done);
  });
}

// As mitata does: an async function and a promise around each op.
async function run() {
  const value = await new Promise((resolve) => body.op(resolve));
  body.ops += 1;
  body.sum += value;
}

async function mitata(n) {
  for (let i = 0; i < n; i++) await run();
}

const batch = { own, mitata }[loop];
const returns = { returns: true, stays: false }[way];
if (!batch || returns === undefined || !(body.seconds > 0)) {
  console.error('usage: node ' + path.basename(__filename) + ' own|mitata generator|async|empty SECONDS returns|stays');
  process.exit(2);
}

const now = () => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function main() {
  let n = 1024;
  for (let elapsed = 0; elapsed < BATCH_NS / 2; ) {
    const start = now();
    await batch(n);
    elapsed = now() - start;
    if (elapsed < BATCH_NS / 2) n *= 2;
    await turn();
  }
  // Half a second to warm up.
  for (const start = now(); now() - start < 5e8; ) await batch(n);
  await turn();
  const begin = now();
  const before = body.ops;
  let within = 0;
  while (now() - begin < body.seconds * 1e9) {
    const start = now();
    await batch(n);
    within += now() - start;
    if (returns) await turn();
  }
  const all = now() - begin;
  const ops = body.ops - before;
  bodies.print(loop + ' ' + way, body, within / ops, { all_ns_per_op: all / ops, batch_ops: n });
}

main();
