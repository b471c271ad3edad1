'use strict';
// Makes generator.js and async.js of every case's source.ts, with the TypeScript compiler that
// package.json pins. usage: npm install && npm run compile [-- --check]
// With --check nothing is written: what differs is named, and the exit status is 1.

const fs = require('fs');
const path = require('path');
const ts = require('typescript');

const targets = { generator: ts.ScriptTarget.ES2015, async: ts.ScriptTarget.ES2017 };
const check = process.argv.includes('--check');
let differing = 0;

for (const folder of fs.readdirSync(__dirname)) {
  const sourceFile = path.join(__dirname, folder, 'source.ts');
  if (!fs.existsSync(sourceFile)) continue;
  const source = fs.readFileSync(sourceFile, 'utf8');
  for (const variant of Object.keys(targets)) {
    const compilerOptions = { target: targets[variant], module: ts.ModuleKind.CommonJS, newLine: ts.NewLineKind.LineFeed };
    const { outputText } = ts.transpileModule(source, { compilerOptions, fileName: 'source.ts' });
    const outputFile = path.join(__dirname, folder, variant + '.js');
    const existing = fs.existsSync(outputFile) ? fs.readFileSync(outputFile, 'utf8') : null;
    if (existing === outputText) continue;
    differing += 1;
    console.log((check ? 'differs: ' : 'written: ') + path.relative(__dirname, outputFile));
    if (!check) fs.writeFileSync(outputFile, outputText);
  }
}
process.exit(check && differing > 0 ? 1 : 0);
