'use strict';
// Node.js: JSON lines on standard input and output. Parses on Node 6.
// usage: node [--expose-gc] node.js VARIANT_FILE SHAPE

var path = require('path');
var createDriver = require('./core.js').createDriver;
var memory = require('./memory.js');

// process.hrtime and not its bigint form: Node 6 has only this one.
function since(start) {
  var passed = process.hrtime(start);
  return passed[0] * 1e9 + passed[1];
}

// The smallest step that the clock shows, in nanoseconds.
function timerResolution() {
  var smallest = Infinity;
  for (var i = 0; i < 1000; i++) {
    var start = process.hrtime();
    var step = since(start);
    while (step === 0) step = since(start);
    if (step < smallest) smallest = step;
  }
  return smallest;
}

// What tracing and context tools do: an enabled hook with all four callbacks. From Node 8.1.
function hook() {
  function nothing() {}
  require('async_hooks')
    .createHook({ init: nothing, before: nothing, after: nothing, destroy: nothing })
    .enable();
}

// What was there before the case: names in the global object, and loaded modules.
var globalsBefore = [];
var modulesBefore = [];

var host = {
  hello: function () {
    return {
      runtime: 'node',
      version: process.versions.node,
      engine: 'v8',
      engine_version: process.versions.v8,
      pid: process.pid,
      timer: 'process.hrtime',
      timer_resolution_ns: timerResolution(),
      can_collect: typeof global.gc === 'function'
    };
  },
  hook: hook,
  builtin: require,
  now: function () {
    return process.hrtime();
  },
  since: since,
  load: function () {
    globalsBefore = Object.getOwnPropertyNames(global);
    modulesBefore = Object.keys(require.cache);
    return require(path.resolve(process.argv[2]));
  },
  release: function () {
    Object.getOwnPropertyNames(global).forEach(function (name) {
      if (globalsBefore.indexOf(name) < 0) Reflect.deleteProperty(global, name);
    });
    Object.keys(require.cache).forEach(function (file) {
      if (modulesBefore.indexOf(file) < 0) delete require.cache[file];
    });
    module.children = module.children.filter(function (child) { return child.filename in require.cache; });
  },
  later: function (task) {
    setImmediate(task);
  },
  memory: memory.read,
  held: memory.held,
  snapshot: memory.snapshot,
  write: function (line) {
    process.stdout.write(line + '\n');
  },
  exit: function () {
    process.exit(0);
  }
};

var driver = createDriver(host, process.argv[3]);

// An op that throws or rejects can't be continued: say why and end.
function end() {
  process.exitCode = 1;
  setImmediate(function () { process.exit(1); });
}
process.on('uncaughtException', function (error) {
  driver.fail(error);
  end();
});

// The runtime's own flag may say that a rejection needs nobody to handle it.
var isIgnored = process.execArgv.some(function (flag) {
  return /^--unhandled-rejections=(none|warn)$/.test(flag);
});
process.on('unhandledRejection', function (reason) {
  if (!isIgnored && driver.unhandled(reason)) end();
});

var pending = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', function (text) {
  var lines = (pending + text).split('\n');
  pending = lines.pop();
  lines.forEach(function (line) {
    if (line !== '') driver.receive(line);
  });
});
// The harness is gone: so are we, once what it asked for is answered.
process.stdin.on('end', driver.end);
