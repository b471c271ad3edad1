// tinybench, which times every call by itself. usage: node tinybench.mjs VARIANT SECONDS

import { Bench } from 'tinybench';
import bodies from './bodies.js';

const body = bodies.chosen();
const now = () => Number(process.hrtime.bigint());
let start;
let elapsed;
const bench = new Bench({
  time: body.seconds * 1000,
  warmupTime: 500,
  throws: true,
  // What passes in all, the time between two calls included.
  setup: (task, mode) => {
    if (mode === 'run') start = now();
  },
  teardown: (task, mode) => {
    if (mode === 'run') elapsed = now() - start;
  },
});
bench.add(
  body.name,
  async () => {
    const value = await new Promise((resolve) => body.op(resolve));
    body.ops += 1;
    body.sum += value;
  },
  { async: true }
);
await bench.run();
const { latency } = bench.tasks[0].result;
bodies.print('tinybench', body, latency.mean * 1e6, {
  samples: latency.samplesCount,
  whole_ns_per_op: elapsed / latency.samplesCount,
});
