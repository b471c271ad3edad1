'use strict';
// A slow second opinion on `awaitbench scan`: parses every code file of every package with acorn, with
// no search beforehand, resolves names with eslint-scope, and prints `{package folder: {file: count}}`.
// Helpers are told by their text without spaces, where the product compares syntax trees.
//
//   npm install --no-save acorn@8 acorn-jsx@5 eslint-scope@8 && node reference.js DIR > reference.json
//   awaitbench scan DIR --format json | node reference.js --compare reference.json

const fs = require('fs');
const path = require('path');
const from = process.env.SCAN_MODULES || path.join(__dirname, 'node_modules');

if (process.argv[2] === '--compare') compare(process.argv[3]);
else main(fs.realpathSync(process.argv[2]));

function compare(file) {
  const flat = (packages) => {
    const all = new Map();
    for (const [folder, files] of packages) for (const [name, n] of files) all.set(`${folder}/${name}`, n);
    return all;
  };
  const reference = JSON.parse(fs.readFileSync(file, 'utf8'));
  const answer = JSON.parse(fs.readFileSync(0, 'utf8'));
  const expected = flat(Object.entries(reference.packages).map(([k, v]) => [k, Object.entries(v)]));
  const got = flat(answer.packages.map((p) => [p.path, p.file_list.map((f) => [f.path, f.call_sites])]));
  const skipped = new Set([...answer.skipped.map((s) => s.path), ...reference.skipped.map((s) => s.path)]);
  let differences = 0;
  for (const name of new Set([...expected.keys(), ...got.keys()])) {
    const [a, b] = [expected.get(name) || 0, got.get(name) || 0];
    if (a === b) continue;
    differences += 1;
    console.log(`${name}: reference ${a}, scan ${b}${skipped.has(name) ? ' (skipped by one)' : ''}`);
  }
  const sum = (all) => [...all.values()].reduce((x, y) => x + y, 0);
  const packages = (all) => all.length;
  console.log(`reference: ${packages(Object.keys(reference.packages))} packages, ${expected.size} files, ${sum(expected)} call sites, ` +
    `${reference.parsed} files parsed, ${reference.skipped.length} skipped`);
  console.log(`scan:      ${packages(answer.packages)} packages, ${got.size} files, ${sum(got)} call sites, ` +
    `${answer.files_parsed} of ${answer.files_seen} files parsed, ${answer.skipped.length} skipped`);
  console.log(`${differences} files differ`);
  process.exit(differences ? 1 : 0);
}

function main(root) {
  const result = { packages: {}, skipped: [], parsed: 0 };
  walk(root, root, null, '', result);
  console.log(JSON.stringify(result));
}

function readJson(file) {
  try { return JSON.parse(fs.readFileSync(file, 'utf8')); } catch (e) { return null; }
}

// `folder` is the package's, `inside` the path within it.
function walk(root, at, folder, inside, result) {
  const entries = fs.readdirSync(at, { withFileTypes: true });
  const inNodeModules = path.basename(path.dirname(at)) === 'node_modules' ||
    (path.basename(path.dirname(at)).startsWith('@') && path.basename(path.dirname(path.dirname(at))) === 'node_modules');
  const isStore = path.basename(at) === 'node_modules' || (inNodeModules && path.basename(at).startsWith('@'));
  if (!isStore) {
    const manifest = entries.some((e) => e.isFile() && e.name === 'package.json') && readJson(path.join(at, 'package.json'));
    const installed = at.includes('/node_modules/');
    if (at === root || inNodeModules || (!installed && manifest && manifest.name)) { folder = at; inside = ''; }
  }
  for (const entry of entries) {
    const full = path.join(at, entry.name);
    if (entry.isDirectory()) {
      if (entry.name === 'node_modules' || isStore) {
        if (!entry.name.startsWith('.') || entry.name === '.pnpm') walk(root, full, null, '', result);
      } else if (!/^(\..*|tests?|__tests__|__mocks__|__fixtures__)$/.test(entry.name)) {
        walk(root, full, folder, inside ? `${inside}/${entry.name}` : entry.name, result);
      }
    } else if (entry.isFile() && folder && /\.(js|cjs|mjs|jsx)$/.test(entry.name) && !/\.(test|spec)\.\w+$/.test(entry.name) &&
        !(inside === '' && /^tests?\.\w+$/.test(entry.name)) && !entry.name.startsWith('.')) {
      file(root, full, folder, inside ? `${inside}/${entry.name}` : entry.name, result);
    }
  }
}

function file(root, full, folder, name, result) {
  const source = fs.readFileSync(full, 'utf8');
  let n;
  try {
    n = count(source);
    result.parsed += 1;
  } catch (error) {
    result.skipped.push({ path: path.relative(root, full), reason: String(error.message).slice(0, 100) });
    return;
  }
  if (!n) return;
  const key = path.relative(root, folder) || '.';
  (result.packages[key] = result.packages[key] || {})[name] = n;
}

function parse(source) {
  const acorn = require(path.join(from, 'acorn'));
  const parser = acorn.Parser.extend(require(path.join(from, 'acorn-jsx'))());
  const options = { ecmaVersion: 'latest', allowReturnOutsideFunction: true, allowHashBang: true, ranges: true };
  let first;
  for (const sourceType of ['module', 'script']) {
    try { return [parser.parse(source, { ...options, sourceType }), sourceType]; } catch (error) { first = first || error; }
  }
  throw first;
}

function count(source) {
  const [tree, sourceType] = parse(source);
  const scopes = require(path.join(from, 'eslint-scope')).analyze(tree, { ecmaVersion: 2022, sourceType, optimistic: true });
  const variables = new Map();
  for (const scope of scopes.scopes) for (const reference of scope.references) variables.set(reference.identifier, reference.resolved);
  const text = (node) => source.slice(node.start, node.end).replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, '').replace(/\s+/g, '');
  const cache = new Map();

  // The kind of helper that a function is, by its text.
  function helper(node) {
    if (!node || !/Function/.test(node.type) || node.end - node.start > 4000 || node.generator || node.async) return null;
    if (cache.has(node)) return cache.get(node);
    const code = text(node);
    let kind = null;
    if (!/function\*|asyncfunction/.test(code) && /newPromise|=Promise\)|\|\|Promise\)/.test(code)) {
      const steps = /\.next\b/.test(code) && /\.throw\b|\["throw"\]|\['throw'\]/.test(code) && /\.done\b/.test(code) && /\.then\(/.test(code) && /\.apply\(/.test(code);
      if (node.params.length === 4 && steps && /new\(?\(?\w+\|\|\(\w+=Promise\)|new\(\w+=\w+\|\|Promise\)/.test(code)) kind = 'awaiter';
      else if (node.params.length === 3 && steps) kind = 'async';
      else if (node.params.length === 1 && /\.apply\(/.test(code) && /["']throw["']/.test(code)) kind = 'asyncToGenerator';
    }
    cache.set(node, kind);
    return kind;
  }

  // What an expression stands for: {module, name} or {helper} or {global}.
  function origin(node, depth) {
    if (!node || depth > 12) return null;
    switch (node.type) {
      case 'Identifier': {
        const variable = variables.get(node);
        if (!variable) return { global: node.name };
        for (const def of variable.defs) {
          if (def.type === 'ImportBinding') {
            const imported = def.node.type === 'ImportSpecifier' ? (def.node.imported.name || def.node.imported.value) :
              def.node.type === 'ImportDefaultSpecifier' ? 'default' : '*';
            return { module: def.parent.source.value, name: imported };
          }
          if (def.type === 'FunctionName' && helper(def.node)) return { helper: helper(def.node) };
          if (def.type === 'Variable' && def.node.init) {
            if (def.node.id.type === 'ObjectPattern') {
              const property = def.node.id.properties.find((p) => p.value && (p.value === def.name || p.value.left === def.name));
              const base = origin(def.node.init, depth + 1);
              if (property && base && base.module) return { module: base.module, name: property.key.name || property.key.value };
            } else {
              const found = origin(def.node.init, depth + 1);
              if (found && !found.global) return found;
            }
          }
        }
        for (const reference of variable.references) {
          const written = reference.writeExpr;
          if (written && reference.isWrite() && !reference.init && /Function|Logical|Identifier|Member|Call|Assign/.test(written.type)) {
            const found = origin(written, depth + 1);
            if (found && !found.global) return found;
          }
        }
        return null;
      }
      case 'FunctionExpression': case 'ArrowFunctionExpression': return helper(node) ? { helper: helper(node) } : null;
      case 'LogicalExpression': return origin(node.right, depth + 1);
      case 'AssignmentExpression': return origin(node.right, depth + 1);
      case 'ConditionalExpression': return origin(node.consequent, depth + 1);
      case 'SequenceExpression': return origin(node.expressions[node.expressions.length - 1], depth + 1);
      case 'CallExpression': {
        const [only] = node.arguments;
        if (node.arguments.length !== 1) return null;
        if (node.callee.type === 'Identifier' && node.callee.name === 'require' && only.type === 'Literal') return { module: only.value, name: '*' };
        if (node.callee.type === 'Identifier' && node.callee.name === 'Object') return origin(only, depth + 1);
        const inner = origin(only, depth + 1);
        return inner && inner.module ? inner : null;
      }
      case 'MemberExpression': {
        const property = node.computed ? node.property.value : node.property.name;
        const base = origin(node.object, depth + 1);
        if (base && base.module) return property === 'default' || property === '_' ? { module: base.module, name: 'default' } : { module: base.module, name: property, base };
        return { property, base };
      }
      default: return null;
    }
  }

  function isHelper(callee) {
    const found = origin(callee, 0);
    if (!found) return false;
    if (found.helper) return true;
    const name = found.global || found.property || found.name;
    if (/^(__awaiter|_?asyncToGenerator|_async_to_generator|__async)$/.test(name || '')) return true;
    if (found.module) {
      const last = String(found.module).split('/').pop().replace(/\.c?js$/, '');
      if (found.module === 'co') return ['*', 'default', 'wrap', 'call'].includes(found.name);
      return /^(asyncToGenerator|_async_to_generator)$/.test(last) && ['*', 'default', '_'].includes(found.name);
    }
    return false;
  }

  const isVoid = (n) => (n.type === 'UnaryExpression' && n.operator === 'void') || (n.type === 'Identifier' && n.name === 'undefined');
  const isThis = (n) => n.type === 'ThisExpression' || n.type === 'Identifier';
  const isArguments = (n) => n.type === 'Identifier' && n.name === 'arguments';
  const isGenerator = (n) => n && n.type === 'FunctionExpression' && n.generator;
  function runsStates(n) {
    return n.type === 'FunctionExpression' && /return(?:[^;]*,)?[\w$.()0,]+\((this|\w+),function\w*\(\w*\)\{/.test(text(n));
  }
  function isCallOfHelper(call) {
    const a = call.arguments;
    const { callee } = call;
    if ((callee.name || (callee.property && (callee.property.name || callee.property.value))) === '__asyncGenerator') return false;
    const variable = callee.type === 'Identifier' && variables.get(callee);
    if (variable && variable.defs.some((d) => d.type === 'FunctionName' || (d.type === 'Variable' && d.node.init && /Function/.test(d.node.init.type)))) return false;
    if (a.length === 4) return (isThis(a[0]) || isVoid(a[0])) && (isVoid(a[1]) || isArguments(a[1])) && isVoid(a[2]) && (isGenerator(a[3]) || runsStates(a[3]));
    if (a.length === 3) return (isThis(a[0]) || isVoid(a[0]) || a[0].value === null) && ((a[1].type === 'Literal' && a[1].value === null) || a[1].type === 'ArrayExpression') && isGenerator(a[2]);
    return false;
  }
  function isStateMachine(node) {
    if (node.type === 'ArrowFunctionExpression' || !node.params.length) return false;
    return /^function[\w$]*\(([\w$]+)(?:,[^)]*)?\)\{(?:.{0,300}?[;}"'])?(?:while\((?:1|!0|true)\)|for\([^;]{0,200};(?:1|!0)?;\))\{?switch\(\1\.(?:prev=\1\.next|p=\1\.n|n)\)/.test(text(node).slice(0, 1000));
  }

  let total = 0;
  const paired = new Set();
  (function visit(node, around) {
    if (!node || typeof node.type !== 'string') return;
    if (node.type === 'CallExpression' && (isHelper(node.callee) || isCallOfHelper(node))) {
      if (node.arguments.length) total += 1;
      const last = node.arguments[node.arguments.length - 1];
      if (last && /Function/.test(last.type)) paired.add(last);
      if (last && last.type === 'CallExpression') for (const f of last.arguments) if (/Function/.test(f.type)) paired.add(f);
    }
    if (/Function/.test(node.type)) {
      if (isStateMachine(node) && !paired.has(around)) total += 1;
      around = node;
    }
    for (const key of Object.keys(node)) {
      const value = node[key];
      if (Array.isArray(value)) for (const child of value) visit(child, around);
      else if (value && typeof value === 'object' && key !== 'range') visit(value, around);
    }
  })(tree, null);
  return total;
}
