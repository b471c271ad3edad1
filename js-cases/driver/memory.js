'use strict';
// What a Node.js process says of its memory: for the driver, and for the monitor of a service. Parses
// on Node 6.

var fs = require('fs');
var v8 = require('v8');

// V8's spaces of code and, from Node 22 on, of what only code refers to: bytecode and the like.
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

// A reading after a collection, in this turn of the event loop.
exports.held = function () {
  if (!global.gc) return null;
  global.gc();
  return readMemory();
};

// Replies with a reading, after a full collection if asked and `global.gc` is there.
exports.read = function (collect, reply) {
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
};

// One inspector session for the life of the process: object ids match between snapshots only then.
var inspectorSession = null;

// Writes a heap snapshot to `file`, which is complete or absent afterwards.
exports.snapshot = function (file, reply) {
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
};
