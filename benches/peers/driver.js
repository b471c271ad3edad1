'use strict';
// Our driver on any Node.js, asked for batch after batch without the harness: for what one wants to see of a single process.

const { spawn } = require('child_process');
const path = require('path');
const readline = require('readline');

const cases = path.join(__dirname, '..', '..', 'js-cases');
// What `shape` in case.toml says of them.
const SHAPES = { 'await-two': 'callback', 'instance-loop': 'loop', noop: 'callback' };

// A process with a variant of a case, whose batches take about `batchNs` from the first on. `run()` answers the time of an
// op of the next batch, and `elapsed` and `ops` are sums over all of them.
exports.start = async function (node, name, variant, batchNs = 15e6) {
  const file = path.join(cases, name, variant + '.js');
  const child = spawn(node, ['--expose-gc', path.join(cases, 'driver', 'node.js'), file, SHAPES[name]], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (message) => {
    child.stdin.write(JSON.stringify(message) + '\n');
    return JSON.parse((await lines.next()).value);
  };
  const { version } = await ask({ type: 'hello' });
  let n = 64;
  const driver = { version, elapsed: 0, ops: 0 };
  driver.run = async () => {
    const { elapsed_ns: elapsed } = await ask({ type: 'run', n });
    driver.elapsed += elapsed;
    driver.ops += n;
    const each = elapsed / n;
    if (elapsed < batchNs / 2) n *= 2;
    return each;
  };
  driver.forget = () => {
    driver.elapsed = 0;
    driver.ops = 0;
  };
  driver.end = () => {
    child.stdin.end();
    return new Promise((resolve) => child.on('exit', resolve));
  };
  return driver;
};

exports.summary = function (values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { ns_per_op: mean, standard_error: Math.sqrt(squares / (values.length - 1) / values.length) };
};
