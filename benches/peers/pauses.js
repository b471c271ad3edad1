'use strict';
// What it costs that a process has pauses, as ours have while the other variant has its turn: our driver, asked for batch
// after batch of about 20 ms, at once or after a pause of 20 ms. One JSON line a form, ns/op with standard errors over
// the processes.
// usage: node pauses.js NODE [ROUNDS]

const { start, summary } = require('./driver.js');

const [node, rounds = '6'] = process.argv.slice(2);
if (!node || !(Number(rounds) > 1)) {
  console.error('usage: node pauses.js NODE [ROUNDS]');
  process.exit(2);
}
const PAUSES_MS = [0, 20];
const WARM_UP_MS = 1200;

async function measure(form, pause) {
  const driver = await start(node, 'await-two', form);
  for (const begin = Date.now(); Date.now() - begin < WARM_UP_MS; ) await driver.run();
  driver.forget();
  for (const begin = Date.now(); Date.now() - begin < 1000; ) {
    await driver.run();
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  await driver.end();
  return { version: driver.version, ns: driver.elapsed / driver.ops };
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
