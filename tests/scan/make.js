'use strict';
// Makes harness/scan/fixtures/ with the real compilers: each source, through each compiler and minifier.
//
//   cd tests/scan && npm install --no-save typescript@5 tslib@2 @babel/core@7 @babel/preset-env@7 \
//     @babel/plugin-transform-runtime@7 @babel/runtime@7 babel-core@6 babel-preset-env@1 @swc/core@1 \
//     esbuild@0.25 terser@5 && node make.js

const fs = require('fs');
const path = require('path');
const from = process.env.SCAN_MODULES || path.join(__dirname, 'node_modules');
const need = (name) => require(path.join(from, name));
const typescript = need('typescript');
const babel = need('@babel/core');
const babel6 = need('babel-core');
const swc = need('@swc/core');
const esbuild = need('esbuild');
const terser = need('terser');

// Four async functions, one of each kind. The comment and the string name helpers that are not called.
const SOURCE = `
// __awaiter(this, void 0, void 0, function* () {}) in a comment is no call
export const text = "asyncToGenerator(function* () {}), regeneratorRuntime.mark, __async(this, null, function* () {})";
export async function declared(a) { const b = await a; return b + 1; }
export const arrow = async (a) => { try { await a; } catch (error) { return error; } };
export class Client {
  async method(a) { await a; return this.inner(a); }
  inner(a) { const nested = async () => { await a; await this; }; return nested(); }
}
`;

const out = path.join(__dirname, '../../harness/scan/fixtures');
fs.mkdirSync(out, { recursive: true });
const write = (name, code) => fs.writeFileSync(path.join(out, name), code);

const ts = (target, module, importHelpers) =>
  typescript.transpileModule(SOURCE, {
    compilerOptions: { target: typescript.ScriptTarget[target], module: typescript.ModuleKind[module], importHelpers },
  }).outputText;

const presetEnv = (targets, modules, plugins) =>
  babel.transformSync(SOURCE, {
    configFile: false, babelrc: false, compact: false, plugins,
    presets: [[path.join(from, '@babel/preset-env'), { targets, modules }]],
  }).code;

const swcTo = (target, type, externalHelpers) =>
  swc.transformSync(SOURCE, {
    jsc: { target, externalHelpers, parser: { syntax: 'ecmascript' } }, module: { type },
  }).code;

async function main() {
  write('native.js', ts('ES2017', 'CommonJS', false));
  const plain = {
    'typescript-es2015.cjs.js': ts('ES2015', 'CommonJS', false),
    'typescript-es2015.esm.mjs': ts('ES2015', 'ES2015', false),
    'typescript-es5.cjs.js': ts('ES5', 'CommonJS', false),
    'tslib-es2015.cjs.js': ts('ES2015', 'CommonJS', true),
    'tslib-es2015.esm.mjs': ts('ES2015', 'ES2015', true),
    'babel-node6.cjs.js': presetEnv({ node: '6' }, 'commonjs', []),
    'babel-node6.esm.mjs': presetEnv({ node: '6' }, false, []),
    'babel-ie11.cjs.js': presetEnv('ie 11', 'commonjs', []),
    'babel-ie11-runtime.cjs.js': presetEnv('ie 11', 'commonjs', [path.join(from, '@babel/plugin-transform-runtime')]),
    'babel-ie11-runtime.esm.mjs': presetEnv('ie 11', false, [path.join(from, '@babel/plugin-transform-runtime')]),
    'babel6-node6.cjs.js': babel6.transform(SOURCE, {
      babelrc: false, presets: [[path.join(from, 'babel-preset-env'), { targets: { node: 6 } }]],
    }).code,
    'babel6-es5.cjs.js': babel6.transform(SOURCE, {
      babelrc: false, presets: [[path.join(from, 'babel-preset-env'), {}]],
    }).code,
    'swc-es2015.cjs.js': swcTo('es2015', 'commonjs', false),
    'swc-es2015-helpers.cjs.js': swcTo('es2015', 'commonjs', true),
    'swc-es2015-helpers.esm.mjs': swcTo('es2015', 'es6', true),
    'swc-es5.cjs.js': swcTo('es5', 'commonjs', false),
    'esbuild-es2016.cjs.js': esbuild.transformSync(SOURCE, { target: 'es2016', format: 'cjs' }).code,
    'esbuild-es2016.esm.mjs': esbuild.transformSync(SOURCE, { target: 'es2016', format: 'esm' }).code,
  };
  for (const [name, code] of Object.entries(plain)) {
    write(name, code);
    const [stem, module, extension] = name.split('.');
    if (module !== 'cjs') continue;
    const minified = await terser.minify(code, { module: true, mangle: { toplevel: true }, compress: { passes: 2 } });
    write(`${stem}.terser.${extension}`, minified.code);
    // As a bundler does it: everything in one scope, names of one letter, calls of it all.
    write(`${stem}.esbuild-minified.${extension}`, esbuild.transformSync(code, { minify: true, format: 'iife' }).code);
  }
  write('co.js', "const co = require('co');\nexports.wrapped = co.wrap(function* (a) { yield a; });\n" +
    "exports.each = (a) => co(function* () { yield a; });\n// co(function* () {})\n");
  write('co.mjs', 'import run from "co";\nexport const each = (a) => run(function* () { yield a; });\n');
}

main().catch((error) => { console.error(error); process.exit(1); });
