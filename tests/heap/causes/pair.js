// Runs a leaking function twice and writes a snapshot after each: `node pair.js PROGRAM FOLDER`.
const v8 = require('v8');
const path = require('path');
const [program, folder] = process.argv.slice(2);
const snapshot = async (name) => {
  for (let i = 0; i < 3; i++) await new Promise(setImmediate);
  v8.writeHeapSnapshot(path.join(folder, name + '.heapsnapshot'));
};
(async () => {
  const { leak, few, many } = require(path.resolve(program));
  await leak(few);
  await snapshot('a');
  await leak(many);
  await snapshot('b');
  process.exit(0);
})();
