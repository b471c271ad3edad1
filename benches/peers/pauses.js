'use strict';
// What it costs that a process has pauses, as ours have while the other variant has its turn: our driver, asked for batch
// after batch of about 20 ms, at once or after a pause of 20 ms. One JSON line a form, ns/op with standard errors over
// the processes.
// usage: node pauses.js NODE [ROUNDS]

const { spawn } = require('child_process');
const path = require('path');
const readline = require('readline');

const [node, rounds = '6'] = process.argv.slice(2);
if (!node || !(Number(rounds) > 1)) {
  console.error('usage: node pauses.js NODE [ROUNDS]');
  process.exit(2);
}
const cases = path.join(__dirname, '..', '..', 'js-cases');
const PAUSES_MS = [0, 20];

async function measure(form, pause) {
  const file = path.join(cases, 'await-two', form + '.js');
  const child = spawn(node, ['--expose-gc', path.join(cases, 'driver', 'node.js'), file, 'callback'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (message) => {
    child.stdin.write(JSON.stringify(message) + '\n');
    return JSON.parse((await lines.next()).value);
  };
  const run = async (n) => (await ask({ type: 'run', n })).elapsed_ns;
  const { version } = await ask({ type: 'hello' });
  let n = 64;
  while ((await run(n)) < 15e6) n *= 2;
  for (const start = Date.now(); Date.now() - start < 400; ) await run(n);
  let [elapsed, ops] = [0, 0];
  for (const start = Date.now(); Date.now() - start < 1000; ops += n) {
    elapsed += await run(n);
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  child.stdin.end();
  await new Promise((resolve) => child.on('exit', resolve));
  return { version, ns: elapsed / ops };
}

function summary(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { ns_per_op: mean, standard_error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

async function main() {
  for (const form of ['generator', 'async']) {
    const found = PAUSES_MS.map(() => []);
    let version;
    for (let round = 0; round < Number(rounds); round++) {
      for (const [i, pause] of PAUSES_MS.entries()) {
        const one = await measure(form, pause);
        version = one.version;
        found[i].push(one.ns);
      }
    }
    console.log(JSON.stringify({ version, form, at_once: summary(found[0]), after_pauses: summary(found[1]) }));
  }
}

main();
