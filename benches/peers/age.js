'use strict';
// How the time of an op changes as a process grows old: our driver, asked for batch after batch at once. One line a variant:
// ns/op in windows of 0.2 s of timed batches, one process each.
// usage: node age.js NODE [SECONDS [CASE/VARIANT,CASE/VARIANT]]

const { start } = require('./driver.js');

const [node, seconds = '4', variants = 'await-two/generator,await-two/async,instance-loop/generator,instance-loop/async'] =
  process.argv.slice(2);
if (!node || !(Number(seconds) > 0)) {
  console.error('usage: node age.js NODE [SECONDS [CASE/VARIANT,CASE/VARIANT]]');
  process.exit(2);
}
const WINDOW_NS = 2e8;

async function main() {
  for (const name of variants.split(',')) {
    const [first, variant] = name.split('/');
    const driver = await start(node, first, variant);
    const windows = [];
    for (let all = 0; all < Number(seconds) * 1e9; ) {
      await driver.run();
      if (driver.elapsed < WINDOW_NS) continue;
      all += driver.elapsed;
      windows.push(Math.round((driver.elapsed / driver.ops) * 10) / 10);
      driver.forget();
    }
    await driver.end();
    console.log(JSON.stringify({ version: driver.version, case: first, variant, ns_per_op: windows }));
  }
}

main();
