// mitata's measure(), whose body returns the promise that it must wait for.
// usage: node mitata.mjs VARIANT SECONDS

import { measure } from 'mitata';
import bodies from './bodies.js';

const body = bodies.chosen();
// An async function, so that the tool's guess at the kind of body is right.
const run = async () => {
  const value = await new Promise((resolve) => body.op(resolve));
  body.ops += 1;
  body.sum += value;
};
const stats = await measure(run, { min_cpu_time: body.seconds * 1e9 });
bodies.print('mitata', body, stats.avg, { samples: stats.samples.length, ticks: stats.ticks });
