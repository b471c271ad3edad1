'use strict';
// Preloaded into a service, by `node -r monitor.js service.js` or NODE_OPTIONS: tells the harness each
// second how the process is, which ports it listens on, and obeys requests for collections,
// snapshots and the end. It speaks the driver's protocol on a connection of its own, and does nothing
// without AWAITBENCH_MONITOR, which holds the harness's port and a token. Parses on Node 6.

var net = require('net');
var createDriver = require('./core.js').createDriver;
var memory = require('./memory.js');

// How often the process says how it is, and how often the event loop's delay is sampled.
var TICK_MS = 1000;
var SAMPLE_MS = 20;

function nanos(time) {
  return time[0] * 1e9 + time[1];
}

// How late the event loop is: takes the mean and the largest delay since the last call.
function watchDelay() {
  var hooks = performanceHooks();
  if (hooks && hooks.monitorEventLoopDelay) { // from Node 11.10
    var histogram = hooks.monitorEventLoopDelay({ resolution: SAMPLE_MS });
    histogram.enable();
    return function () {
      // What it holds is the time between two samples.
      var taken = { mean: histogram.mean - SAMPLE_MS * 1e6, max: histogram.max - SAMPLE_MS * 1e6 };
      histogram.reset();
      return taken;
    };
  }
  var previous = process.hrtime();
  var sum = 0;
  var count = 0;
  var max = 0;
  setInterval(function () {
    var delay = nanos(process.hrtime(previous)) - SAMPLE_MS * 1e6;
    previous = process.hrtime();
    sum += delay;
    count += 1;
    if (delay > max) max = delay;
  }, SAMPLE_MS).unref();
  return function () {
    var taken = { mean: sum / count, max: max };
    sum = count = max = 0;
    return taken;
  };
}

// Counts collections and their pauses: takes what happened since the last call, or null where the
// runtime does not say.
function watchCollections() {
  var hooks = performanceHooks();
  var seen = { count: 0, sum: 0, max: 0 };
  try {
    new hooks.PerformanceObserver(function (list) { // from Node 8.5
      list.getEntries().forEach(function (entry) {
        var pause = entry.duration * 1e6;
        seen.count += 1;
        seen.sum += pause;
        if (pause > seen.max) seen.max = pause;
      });
      // Node 8 to 15 keep every entry until they are told not to.
      if (hooks.performance.clearGC) hooks.performance.clearGC();
    }).observe({ entryTypes: ['gc'] });
  } catch (error) {
    return function () { return null; };
  }
  return function () {
    var taken = seen;
    seen = { count: 0, sum: 0, max: 0 };
    return taken;
  };
}

function performanceHooks() {
  try {
    return require('perf_hooks');
  } catch (error) {
    return null;
  }
}

// A service of one's own is started without --expose-gc, which NODE_OPTIONS does not allow.
function exposeCollector() {
  if (typeof global.gc === 'function') return;
  try {
    require('v8').setFlagsFromString('--expose-gc');
    var gc = require('vm').runInNewContext('gc');
    // Not enumerable: the service's own code finds no new global by looking for some.
    Object.defineProperty(global, 'gc', { value: gc, enumerable: false, configurable: true, writable: true });
  } catch (error) {
    // The hello says that there is none.
  }
}

function rounded(value) {
  return isFinite(value) ? Math.max(0, Math.round(value)) : undefined;
}

function start(port, token) {
  var socket = net.connect(port, '127.0.0.1');
  // The service ends when it is done, and not when we are.
  socket.unref();
  socket.setNoDelay(true);

  function tell(message) {
    socket.write(JSON.stringify(message) + '\n');
  }

  var driver = createDriver({
    hello: function () {
      return {
        runtime: 'node',
        version: process.versions.node,
        engine: 'v8',
        engine_version: process.versions.v8,
        pid: process.pid,
        timer: 'process.hrtime',
        timer_resolution_ns: 1,
        can_collect: typeof global.gc === 'function'
      };
    },
    memory: memory.read,
    snapshot: memory.snapshot,
    write: function (line) { socket.write(line + '\n'); },
    exit: function () { process.exit(0); }
  });

  var takeDelay = watchDelay();
  var takeCollections = watchCollections();
  setInterval(function () {
    memory.read(false, function (reading) {
      var delay = takeDelay();
      var collections = takeCollections();
      reading.type = 'tick';
      reading.delay_mean_ns = rounded(delay.mean);
      reading.delay_max_ns = rounded(delay.max);
      if (collections !== null) {
        reading.collections = collections.count;
        reading.pauses_ns = rounded(collections.sum);
        reading.longest_pause_ns = rounded(collections.max);
      }
      tell(reading);
    });
  }, TICK_MS).unref();

  var listen = net.Server.prototype.listen;
  net.Server.prototype.listen = function () {
    this.once('listening', function () {
      var address = this.address();
      // A path, and no port, for a Unix socket.
      if (address && address.port) tell({ type: 'listening', port: address.port });
    });
    return listen.apply(this, arguments);
  };

  tell({ type: 'attach', token: token });
  var pending = '';
  socket.setEncoding('utf8');
  socket.on('data', function (text) {
    var lines = (pending + text).split('\n');
    pending = lines.pop();
    lines.forEach(function (line) {
      if (line !== '') driver.receive(line);
    });
  });
  // The harness is gone: so are we.
  socket.on('error', function () { process.exit(1); });
  socket.on('close', function () { process.exit(1); });
}

var place = /^(\d+) (\w+)$/.exec(process.env.AWAITBENCH_MONITOR || '');
if (place) {
  exposeCollector();
  start(Number(place[1]), place[2]);
}
