'use strict';
// Makes harness/scan/fixtures/ with the real compilers: each source, through each compiler and minifier.
//
//   cd tests/scan && npm install --no-save typescript@5 tslib@2 @babel/core@7 @babel/preset-env@7 \
//     @babel/plugin-transform-runtime@7 @babel/runtime@7 babel-core@6 babel-preset-env@1 @swc/core@1 \
//     esbuild@0.25 terser@5 uglify-js@3 google-closure-compiler@20260101 async-to-gen@1 webpack@5 && node make.js

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
const uglify = need('uglify-js');
const webpack = need('webpack');
const { execFileSync } = require('child_process');

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

// One async function: minifiers put the helper in the place of its one call.
const ONE = 'export async function f(a) { await a; return 1; }';

// An async generator and a `for await`.
const GENERATORS = `
export async function* made(a) { yield 1; await 2; yield* a; }
export async function used(x) { for await (const y of x) { console.log(y); } }
`;

// Three compilers down to what Node.js 6 has.
const lowered = (source) => ({
  typescript: typescript.transpileModule(source, {
    compilerOptions: { target: typescript.ScriptTarget.ES2015, module: typescript.ModuleKind.CommonJS },
  }).outputText.replace(/\(this && this\.\w+\) \|\| /g, ''),
  babel: babel.transformSync(source, {
    configFile: false, babelrc: false, presets: [[path.join(from, '@babel/preset-env'), { targets: { node: '6' }, modules: 'commonjs' }]],
  }).code,
  esbuild: esbuild.transformSync(source, { target: 'es2016', format: 'cjs' }).code,
  swc: swc.transformSync(source, { jsc: { target: 'es2015', parser: { syntax: 'ecmascript' } }, module: { type: 'commonjs' } }).code,
});

async function others() {
  const strong = { mangle: { toplevel: true }, compress: { passes: 3, toplevel: true, unsafe: true } };
  for (const [name, code] of Object.entries(lowered(ONE))) {
    write(`inlined-${name}.terser.js`, (await terser.minify(code, strong)).code);
    write(`inlined-${name}.uglify.js`, uglify.minify(code, { toplevel: true, compress: { passes: 3 } }).code);
    write(`inlined-${name}.swc-minified.js`, (await swc.minify(code, { compress: { passes: 3, toplevel: true }, mangle: { toplevel: true }, module: true })).code);
  }
  for (const [name, code] of Object.entries(lowered(GENERATORS))) {
    write(`async-generator-${name}.js`, code);
    // Helpers that are called once are not inlined here: nothing would be left to tell them by.
    write(`async-generator-${name}.terser.js`, (await terser.minify(code, { mangle: { toplevel: true }, compress: { inline: 0, reduce_funcs: false, reduce_vars: false } })).code);
  }
  const folder = fs.mkdtempSync('/tmp/scan-make-');
  const source = path.join(folder, 'source.js');
  fs.writeFileSync(source, SOURCE + 'globalThis.kept = { declared, arrow, Client };');
  const closure = path.join(from, 'google-closure-compiler-linux/compiler');
  for (const level of ['SIMPLE', 'ADVANCED']) {
    for (const target of ['ECMASCRIPT_2015', 'ECMASCRIPT5']) {
      const code = execFileSync(closure, ['-O', level, '--language_out', target, '--warning_level', 'QUIET', '--js', source], { encoding: 'utf8' });
      write(`closure-${level.toLowerCase()}-${target.slice(10).replace('_', '')}.js`, code);
    }
  }
  const toGenerators = need('async-to-gen');
  write('async-to-gen.js', toGenerators(SOURCE.replace(/export /g, '')).toString());
  // Two modules in a bundle, of which one needs the other's helper.
  fs.writeFileSync(source, "import { declared } from './inner'; export { declared };");
  fs.writeFileSync(path.join(folder, 'inner.js'), lowered(ONE + ONE.replace('f(', 'declared(')).babel);
  for (const mode of ['development', 'production']) {
    await new Promise((done, fail) => webpack({
      mode, devtool: false, entry: source, output: { path: folder, filename: 'out.js', library: { type: 'umd', name: 'D' } },
      optimization: { concatenateModules: false },
    }, (error, stats) => (error || stats.hasErrors() ? fail(error || stats.toString()) : done())));
    write(`webpack-${mode}.js`, fs.readFileSync(path.join(folder, 'out.js'), 'utf8'));
  }
  fs.rmSync(folder, { recursive: true });
}

main().then(others).catch((error) => { console.error(error); process.exit(1); });
