'use strict';
// Node.js: JSON lines on standard input and output. Parses on Node 6.
// usage: node [--expose-gc] node.js VARIANT_FILE SHAPE

var fs = require('fs');
var path = require('path');
var v8 = require('v8');
var createDriver = require('./core.js').createDriver;

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

// V8's spaces of code and, from Node 22, of what only code refers to: bytecode and the like.
var OF_CODE = /^(code_|trusted_|shared_trusted_)/;

function readMemory() {
  var usage = process.memoryUsage();
  var reading = {
    rss_bytes: usage.rss,
    heap_used_bytes: usage.heapUsed,
    heap_total_bytes: usage.heapTotal,
    external_bytes: usage.external, // from Node 7.2
    array_buffers_bytes: usage.arrayBuffers // from Node 13.9
  };
  // From Node 8, in bytes: what a semi-space has grown to, for V8 does not always obey the flags; and
  // the part of the heap in use that is compiled code and what belongs to it.
  if (v8.getHeapSpaceStatistics) {
    reading.code_bytes = 0;
    v8.getHeapSpaceStatistics().forEach(function (space) {
      if (space.space_name === 'new_space') {
        reading.semi_space_bytes = space.space_used_size + space.space_available_size;
      } else if (OF_CODE.test(space.space_name)) {
        reading.code_bytes += space.space_used_size;
      }
    });
  }
  // From Node 12.6, in kilobytes. The harness prefers what the kernel says where it can ask.
  if (process.resourceUsage) {
    var peak = process.resourceUsage().maxRSS;
    // On macOS, Node before 18.8 gives bytes here: nothing else makes a peak a hundred times too big.
    reading.peak_rss_bytes = peak * 1024 > usage.rss * 100 ? peak : peak * 1024;
  }
  return reading;
}

// What tracing and context tools do: an enabled hook with all four callbacks. From Node 8.1.
function hook() {
  function nothing() {}
  require('async_hooks')
    .createHook({ init: nothing, before: nothing, after: nothing, destroy: nothing })
    .enable();
}

// One inspector session for the life of the process: object ids match between snapshots only then.
var inspectorSession = null;

function takeSnapshot(file, reply) {
  var inspector;
  try {
    inspector = require('inspector');
  } catch (error) {
    reply({ type: 'unsupported', message: 'no inspector in this runtime: snapshots need Node 8' });
    return;
  }
  var partial = file + '.partial';
  var problem = null;
  var out;
  try {
    if (inspectorSession === null) {
      inspectorSession = new inspector.Session();
      inspectorSession.connect();
    }
    out = fs.openSync(partial, 'w');
  } catch (error) {
    reply({ type: 'error', message: String(error) });
    return;
  }
  function onChunk(message) {
    if (problem !== null) return;
    try {
      // writeSync may write less than it was given: on a full disk, for one.
      var chunk = Buffer.from(message.params.chunk, 'utf8');
      for (var at = 0; at < chunk.length;) at += fs.writeSync(out, chunk, at, chunk.length - at);
    } catch (error) {
      problem = error;
    }
  }
  inspectorSession.on('HeapProfiler.addHeapSnapshotChunk', onChunk);
  inspectorSession.post('HeapProfiler.takeHeapSnapshot', function (error) {
    inspectorSession.removeListener('HeapProfiler.addHeapSnapshotChunk', onChunk);
    problem = problem || error;
    try {
      fs.closeSync(out);
      if (problem) fs.unlinkSync(partial);
      else fs.renameSync(partial, file);
    } catch (closing) {
      problem = problem || closing;
    }
    if (problem) reply({ type: 'error', message: problem.message || String(problem) });
    else reply({ type: 'snapshot', path: file });
  });
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
  memory: function (collect, reply) {
    if (!collect || !global.gc) {
      reply(readMemory());
      return;
    }
    // A full collection shrinks the new space again.
    var grown = readMemory().semi_space_bytes;
    // Twice, with a turn of the event loop between: the first collection only queues what weak
    // references and finalizers release.
    setImmediate(function () {
      global.gc();
      setImmediate(function () {
        global.gc();
        var reading = readMemory();
        reading.semi_space_bytes = grown;
        reply(reading);
      });
    });
  },
  snapshot: takeSnapshot,
  write: function (line) {
    process.stdout.write(line + '\n');
  },
  exit: function () {
    process.exit(0);
  }
};

var driver = createDriver(host, process.argv[3]);

// An op that throws or rejects can't be continued: say why and end.
function die(error) {
  driver.fail(error);
  process.exitCode = 1;
  setImmediate(function () { process.exit(1); });
}
process.on('uncaughtException', die);
process.on('unhandledRejection', die);

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
