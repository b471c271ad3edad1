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
    cache.set(node, null);
    const kind = kindOf(node);
    cache.set(node, kind);
    return kind;
  }

  function traits(node) {
    const code = text(node);
    const says = (word) => new RegExp(`(?<![=!]=|\\[)["']${word}["'](?![=!]=)(?<![{,]["']${word}["'](?=:))`).test(code);
    return {
      code, says,
      makes: /new\(?[^;{}]{0,60}?\(\(*(?:function|\([\w$,]*\)=>|[\w$]+=>)/.test(code),
      steps: (/\.next\b/.test(code) || says('next')) && (/\.throw\b|\[["']throw["']\]/.test(code) || says('throw')) &&
        /\.done\b|[{,]done[,}:]/.test(code) && /\.then\(/.test(code),
      runs: (name) => name && new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}\\.(?:apply|call)\\(`).test(code),
      calls: (name) => name && new RegExp(`(?<![\\w$.]|function)${name.replace(/\$/g, '\\$')}\\(`).test(code),
      stepped: (name) => name && new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}(?:\\.next|\\.throw|\\[[^\\]]+\\])\\(`).test(code),
    };
  }

  function kindOf(node) {
    const t = traits(node);
    if (/function\*|asyncfunction/.test(t.code)) return null;
    const names = node.params.map((p) => p.name || '');
    const runs = names.findIndex(t.runs);
    const iterates = /asyncIterator/.test(t.code);
    const first = (names[0] || '').replace(/\$/g, '\\$');
    if (names.length === 3 && iterates && runs === 2) return 'generators';
    if (names.length && names.length <= 3 && (/Objectisnotasynciterable|ObjectisnotAsyncIterable/.test(t.code) ||
      (new RegExp(`(?<![\\w$.])${first}\\[[^\\]]*asyncIterator`).test(t.code) && t.makes && /\.then\(/.test(t.code) && t.says('next') && t.says('return')))) return 'generators';
    if (/^function[\w$]*\(([\w$]+)\)\{returnfunction[\w$]*\(\)\{returnnew[\w$.]+\(\1\.apply\(this,arguments\)\);?\};?\}$/.test(t.code)) return 'generators';
    if (names.length === 4 && t.steps && t.makes && runs === 3) return 'awaiter';
    if (names.length === 3 && t.steps && t.makes && runs === 2) return 'async';
    if (names.length === 1 && t.makes && runs === 0 && t.says('throw') && /function.*new|=>.*new/.test(t.code.slice(8))) return 'asyncToGenerator';
    if (t.steps && (runs >= 0 || names.some(t.calls))) return 'stepper';
    if (t.steps && t.makes && names.some(t.stepped)) return /\.then\([^;]*\)\.then\(/.test(t.code) ? 'closure' : 'stepper';
    // Closure: what is handed on to the function that steps.
    const returned = node.body.type === 'BlockStatement' ? node.body.body.length === 1 && node.body.body[0].argument : node.body;
    if (returned && returned.type === 'CallExpression' && returned.arguments.length === 1 &&
      new RegExp(`^(?:${first}\\(\\)|new.*\\(${first}\\)+)$`).test(text(returned.arguments[0])) && isClosure(returned.callee)) return 'closure';
    return null;
  }

  function isClosure(callee) {
    const found = origin(callee, 0) || {};
    return found.helper === 'closure' || /^asyncExecutePromiseGenerator/.test(found.global || found.property || '');
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
            const renamed = /^(_?asyncToGenerator|_?async_to_generator|__awaiter|__async)[$_\d]*$/.test(def.name.name);
            if (renamed && /^\.|^@swc/.test(def.parent.source.value)) return { global: def.name.name };
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
        if (node.callee.type === 'Identifier' && node.callee.name === 'require' && only.type === 'TemplateLiteral' && !only.expressions.length) return { module: only.quasis[0].value.cooked, name: '*' };
        if (node.callee.type === 'Identifier' && node.callee.name !== 'require' && only.type === 'Literal' && variables.get(node.callee) && modules().has(String(only.value))) return { bundled: String(only.value), name: '' };
        if (node.callee.type === 'Identifier' && node.callee.name === 'require' && only.type === 'Literal') return { module: only.value, name: '*' };
        if (node.callee.type === 'Identifier' && node.callee.name === 'Object') return origin(only, depth + 1);
        const inner = origin(only, depth + 1);
        return inner && (inner.module || inner.bundled) ? inner : null;
      }
      case 'MemberExpression': {
        const property = node.computed ? node.property.value : node.property.name;
        const base = origin(node.object, depth + 1);
        if (base && base.bundled && !base.name) return exportOf(base.bundled, property, depth) || { property, base };
        if (base && base.module) return property === 'default' || property === '_' ? { module: base.module, name: 'default' } : { module: base.module, name: property, base };
        return { property, base };
      }
      default: return null;
    }
  }

  // The modules of a bundle by their keys: functions in objects and lists that have parameters.
  let known = null;
  function modules() {
    if (known) return known;
    known = new Map();
    (function visit(node) {
      if (!node || typeof node.type !== 'string') return;
      const add = (key, value) => {
        if (value && value.type === 'ArrayExpression') [value] = value.elements;
        if (value && /Function/.test(value.type)) known.set(String(key), (known.get(String(key)) || []).concat(value));
      };
      if (node.type === 'Property' && !node.computed) add(node.key.name === undefined ? node.key.value : node.key.name, node.value);
      if (node.type === 'ArrayExpression') node.elements.forEach((value, at) => add(at, value));
      for (const key of Object.keys(node)) {
        const value = node[key];
        if (Array.isArray(value)) value.forEach(visit);
        else if (value && typeof value === 'object' && key !== 'range') visit(value);
      }
    })(tree);
    return known;
  }

  const found = new Map();
  function exportOf(key, name, depth) {
    const id = `${key}:${name}`;
    if (found.has(id)) return found.get(id);
    found.set(id, null);
    let result = null;
    for (const module of modules().get(key) || []) {
      (function visit(node) {
        if (result || !node || typeof node.type !== 'string') return;
        const got = (value) => { result = origin(value, depth + 1); if (result && !(result.helper || result.module)) result = null; };
        if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression' && !node.left.computed) {
          const target = text(node.left);
          const whole = /^[\w$]+\.exports$/.test(target);
          if (whole && (name === '' || name === 'default')) got(node.right);
          else if (!whole && node.left.property.name === name && /^[\w$]+(\.exports)?\.[\w$]+$/.test(target)) got(node.right);
        }
        if (node.type === 'Property' && !node.computed && (node.key.name || node.key.value) === name && /Function/.test(node.value.type)) {
          const body = node.value.body.type === 'BlockStatement' ? node.value.body.body.length === 1 && node.value.body.body[0].argument : node.value.body;
          if (body && body.type === 'Identifier') got(body);
        }
        if (node.type === 'CallExpression' && node.arguments.length === 3 && node.arguments[1].value === name && /Function/.test(node.arguments[2].type)) {
          const body = node.arguments[2].body.body;
          if (Array.isArray(body) && body.length === 1 && body[0].argument) got(body[0].argument);
        }
        for (const k of Object.keys(node)) {
          const value = node[k];
          if (Array.isArray(value)) value.forEach(visit);
          else if (value && typeof value === 'object' && k !== 'range') visit(value);
        }
      })(module.body);
    }
    if (!result && name === 'default') result = exportOf(key, '', depth);
    found.set(id, result);
    return result;
  }

  // A generator that is handed over there and then.
  function isGiven(a) {
    if (!a) return false;
    if (a.type === 'FunctionExpression') return a.generator;
    if (a.type === 'Identifier') {
      const variable = variables.get(a);
      return !!variable && (variable.defs.some((d) => (d.node.type === 'FunctionDeclaration' && d.node.generator) ||
        (d.node.init && d.node.init.generator)) || variable.references.some((r) => r.writeExpr && r.writeExpr.generator));
    }
    if (a.type !== 'CallExpression') return false;
    const { callee } = a;
    if (callee.type === 'FunctionExpression') return callee.generator;
    if (callee.type !== 'MemberExpression' || callee.computed) return false;
    if (/^(call|apply)$/.test(callee.property.name)) return callee.object.type === 'FunctionExpression' && callee.object.generator;
    return /^(mark|m)$/.test(callee.property.name) && !!a.arguments[0] && /Function/.test(a.arguments[0].type);
  }
  const madeOf = (a) => a.type === 'NewExpression' && !!a.arguments[0] && (/Function/.test(a.arguments[0].type) || madeOf(a.arguments[0]));

  const NAMES = /^(__awaiter|_*asyncToGenerator|_*async_to_generator|__async|__asyncGenerator|__asyncValues|__forAwait|__asyncGen|__asyncIterator|_asyncIterator|_async_iterator|_*wrapAsyncGenerator|_*wrap_async_generator|_*makeAsyncIterator)[$_]*\d*$/;
  function isHelper(call) {
    const { callee } = call;
    const given = () => call.arguments.some(isGiven);
    let found = origin(callee, 0);
    if (found && found.bundled) found = exportOf(found.bundled, found.name, 0);
    const direct = callee.type === 'MemberExpression' && !callee.computed && callee.property.name === 'call' ? callee.object : callee;
    if ((!found || !(found.helper || found.module || found.global)) && helper(direct)) found = { helper: helper(direct) };
    const last = callee.type === 'SequenceExpression' ? callee.expressions[callee.expressions.length - 1] : callee;
    const property = last.type === 'MemberExpression' ? (last.computed ? last.property.value : last.property.name) : null;
    if (found && found.helper === 'closure') return given() || call.arguments.some((a) => /Function/.test(a.type) || madeOf(a));
    if (found && found.helper === 'stepper') return given();
    if (found && found.helper) return true;
    const name = (found && (found.global || found.property || found.name)) || '';
    if (NAMES.test(name)) return true;
    if (/^asyncExecutePromiseGenerator(Function|Program)?$/.test(name)) return given() || call.arguments.some((a) => /Function/.test(a.type));
    if (found && found.module) {
      const file = String(found.module).split('/').pop().replace(/\.[cm]?js$/, '');
      if (found.module === 'co') return ['*', 'default', 'wrap', 'call', 'co'].includes(found.name);
      if (/^(asyncToGenerator|_?async_to_generator|_wrap_async_generator|_async_iterator)$|^helpers\/(esm\/)?(wrapAsyncGenerator|asyncIterator)$/.test(/helpers\/(?:esm\/)?(?:wrap|asyncI)/.test(found.module) ? String(found.module).replace(/^.*(helpers\/)/, '$1').replace(/\.[cm]?js$/, '') : file) && ['*', 'default', '_', 'a'].includes(found.name)) return true;
      if (/bluebird/.test(found.module) && /^(coroutine|spawn)$/.test(found.name)) return given();
      if (/^q(\/|$)/.test(found.module) && /^(async|spawn)$/.test(found.name)) return given();
    }
    if (/^(coroutine|async)$/.test(property || '')) return given();
    const holder = property !== null && last.type === 'MemberExpression' ? origin(last.object, 0) : null;
    if (holder && /rollupPluginBabelHelpers|babelHelpers/.test(holder.module || '') && call.arguments.length === 1 && given()) return true;
    return property !== null && properties().has(property) && given();
  }

  let named = null;
  function properties() {
    if (named) return named;
    named = new Set();
    (function visit(node) {
      if (!node || typeof node.type !== 'string') return;
      if (node.type === 'Property' && !node.computed && helper(node.value)) named.add(node.key.name || node.key.value);
      if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression' && !node.left.computed) {
        let { right } = node;
        while (right.type === 'AssignmentExpression' || right.type === 'LogicalExpression') right = right.right;
        if (helper(right)) named.add(node.left.property.name);
      }
      for (const key of Object.keys(node)) {
        const value = node[key];
        if (Array.isArray(value)) value.forEach(visit);
        else if (value && typeof value === 'object' && key !== 'range') visit(value);
      }
    })(tree);
    return named;
  }

  // A helper in the place of its one call.
  function isInlined(node) {
    const executor = node.arguments[0];
    if (!executor || !/Function/.test(executor.type) || executor.end - executor.start > 4000) return false;
    const t = traits(executor);
    if (!t.steps && !(t.says('throw') && t.says('next'))) return false;
    if (/function\*[\w$]*\([^)]*\)\{.*\}\)?\.(?:apply|call)\(/.test(t.code)) return true;
    const babel = t.says('throw') && t.says('next');
    for (const m of t.code.matchAll(babel ? /(?<![\w$.])([\w$]+)\.(?:apply|call)\(/g : /(?<![\w$.])([\w$]+)(?:\.(?:apply|call))?\(/g)) {
      for (const scope of scopes.scopes) {
        for (const variable of scope.variables) {
          if (variable.name !== m[1] || !variable.references.some((r) => r.identifier.start > executor.start && r.identifier.end < executor.end)) continue;
          if (variable.defs.some((d) => d.type === 'Variable' && d.node.init && /Function/.test(d.node.init.type)) ||
            variable.references.some((r) => r.writeExpr && /Function/.test(r.writeExpr.type) && !(r.writeExpr.start >= executor.start && r.writeExpr.end <= executor.end))) {
            const start = Math.min(...variable.references.filter((r) => r.writeExpr).map((r) => r.writeExpr.start));
            if (!(start >= executor.start && start < executor.end)) return true;
          }
        }
      }
    }
    return false;
  }

  const isVoid = (n) => (n.type === 'UnaryExpression' && n.operator === 'void') || (n.type === 'Identifier' && n.name === 'undefined');
  const isThis = (n) => n.type === 'ThisExpression' || n.type === 'Identifier';
  const isArguments = (n) => n.type === 'ArrayExpression' || (n.type === 'Identifier' && /^arguments/.test(n.name));
  const isPromise = (n) => isVoid(n) || n.type === 'Identifier' || (n.type === 'MemberExpression' && !n.computed);
  const isGenerator = (n) => n && (n.type === 'FunctionExpression' ? n.generator : n.type === 'CallExpression' && isGiven(n) && !/^(mark|m)$/.test((n.callee.property || {}).name));
  function runsStates(n) {
    return n.type === 'FunctionExpression' && /return(?:[^;]*,)?[\w$.()0,]+\((this|\w+),\(*function[\w$]*\([\w$]*\)\{/.test(text(n));
  }
  function isCallOfHelper(call) {
    const a = call.arguments;
    const { callee } = call;
    const variable = callee.type === 'Identifier' && variables.get(callee);
    if (variable && variable.defs.some((d) => d.type === 'FunctionName' || (d.type === 'Variable' && d.node.init && /Function/.test(d.node.init.type)))) return false;
    if (a.length === 4) return (isThis(a[0]) || isVoid(a[0])) && (isVoid(a[1]) || isArguments(a[1])) && isPromise(a[2]) && (isGenerator(a[3]) || runsStates(a[3]));
    if (a.length === 3) return (isThis(a[0]) || isVoid(a[0]) || a[0].value === null) && ((a[1].type === 'Literal' && a[1].value === null) || a[1].type === 'ArrayExpression') && isGenerator(a[2]);
    return false;
  }
  function isStateMachine(node) {
    if (node.type === 'ArrowFunctionExpression' || !node.params.length) return false;
    return /^function[\w$]*\(([\w$]+)(?:,[^)]*)?\)\{(?:.{0,300}?[;}"'])?(?:while\((?:1|!0|true)\)|for\([^;]{0,200};(?:1|!0)?;\))\{?switch\(\1\.(?:prev=\1\.next|p=\1\.n|n)\)/.test(text(node).slice(0, 1000));
  }

  let total = 0;
  const paired = new Set();
  (function visit(node, around, inside) {
    if (!node || typeof node.type !== 'string') return;
    if (node.type === 'YieldExpression' && node.delegate && node.argument.type === 'CallExpression' && node.argument.arguments[0]) paired.add(node.argument.arguments[0]);
    if (node.type === 'NewExpression' && node.callee.type === 'MemberExpression' && node.callee.property.name === 'AsyncGeneratorWrapper') total += 1;
    if (node.type === 'NewExpression' && !inside && isInlined(node)) total += 1;
    if (node.type === 'CallExpression' && !paired.has(node) && (isHelper(node) || isCallOfHelper(node))) {
      if (node.arguments.length) total += 1;
      const last = node.arguments[node.arguments.length - 1];
      if (last && /Function/.test(last.type)) paired.add(last);
      if (last && last.type === 'CallExpression') for (const f of last.arguments) if (/Function/.test(f.type)) paired.add(f);
    }
    if (/Function/.test(node.type)) {
      if (isStateMachine(node) && !paired.has(around)) total += 1;
      around = node;
      inside = inside || !!helper(node);
    }
    for (const key of Object.keys(node)) {
      const value = node[key];
      if (Array.isArray(value)) for (const child of value) visit(child, around, inside);
      else if (value && typeof value === 'object' && key !== 'range') visit(value, around, inside);
    }
  })(tree, null, false);
  return total;
}
