'use strict';
// The protocol's JavaScript side, as far as no runtime family changes it: which request gets which
// reply, and the loops that execute n ops. It must parse on Node 6: no async syntax, no BigInt.
//
// A family's file builds a host and hands it here:
//   hello()                 fields of the hello reply
//   hook()                  enables an async hook, where the family has them
//   builtin(name)           a module of the runtime's own; throws if there is none
//   now(), since(start)     a monotonic clock; since() answers whole nanoseconds
//   load()                  the case's exports; a SyntaxError means "unsupported"
//   release()               releases the case and of everything that only it holds
//   later(task)             runs the task from the event loop
//   memory(collect, reply)  readings in bytes, after a full collection if asked
//   held()                  a reading after a collection, in this turn of the event loop; null if it can't collect so
//   snapshot(path, reply)   writes a heap snapshot, or answers why not
//   write(line), exit()

var PROTOCOL = 1;

// From Node 12 on there is `globalThis`.
var globalObject = Function('return this')();

// How n ops are executed. The case declares which loop it needs; nothing is guessed from the kind
// of function, since what `__awaiter` returns is an ordinary function. Each loop adds up what the
// ops give: the sum is the evidence that all n were done, and the harness compares it later.
var loops = {
  // op(done): the op calls done(value), and the next op starts from that call.
  callback: function (op, n, finish, fail) {
    var left = n;
    var sum = 0;
    function done(value) {
      sum += value;
      left -= 1;
      if (left > 0) op(done);
      else if (left === 0) finish(sum);
      else fail(new Error('an op called done more than once'));
    }
    op(done);
  },
  // op() returns a promise of a value, and the next op starts when it settles.
  promise: function (op, n, finish, fail) {
    var left = n;
    var sum = 0;
    function done(value) {
      sum += value;
      left -= 1;
      if (left === 0) finish(sum);
      else op().then(done, fail);
    }
    op().then(done, fail);
  },
  // loop(n) executes n ops by itself and returns a promise of the sum.
  loop: function (loop, n, finish, fail) {
    loop(n).then(finish, fail);
  },
  // op() returns a value.
  sync: function (op, n, finish) {
    var sum = 0;
    for (var i = 0; i < n; i++) sum += op();
    finish(sum);
  }
};

// The same with several ops under way: as soon as one is done, another one starts.
function sideBySide(begin, concurrency, n, finish, fail) {
  var waiting = n;
  var left = n;
  var sum = 0;
  function done(value) {
    sum += value;
    left -= 1;
    if (left < 0) fail(new Error('an op called done more than once'));
    else if (left === 0) finish(sum);
    else if (waiting > 0) next();
  }
  function next() {
    waiting -= 1;
    begin(done);
  }
  for (var i = 0; i < concurrency && waiting > 0; i++) next();
}

// Ops that do nothing. A loop whose optimised code has an op built in keeps that op, and all that it
// holds, until the code is thrown away: which happens when the loop is given another op.
var idle = {
  callback: function (done) { done(0); },
  promise: function () { return Promise.resolve(0); },
  loop: function () { return Promise.resolve(0); },
  sync: function () { return 0; }
};

// How often the event loop gets its turn in a batch, and from how many ops a slice on: a turn takes some
// microseconds, which must not be much of a batch.
var SLICES = 8;
var FEWEST_IN_SLICE = 16;

// The most ticks that are counted: an op that waits for more than promises does not end meanwhile.
var MOST_TICKS = 100000;

// What `path` names: something global, or of a module of the runtime's own. `events.on`, `AbortSignal.any`.
function named(host, path) {
  var names = path.split('.');
  var first = names.shift();
  try {
    var found = first in globalObject ? globalObject[first] : host.builtin(first);
    names.forEach(function (name) { found = found[name]; });
    return found;
  } catch (error) {
    return undefined;
  }
}

function describe(error) {
  return error && error.stack ? String(error.stack) : String(error);
}

exports.createDriver = function (host, shape) {
  var op = null;
  var loadProblem = null;
  // What the harness asked for: how many awaits an op is to have, what the variant needs, how many ops are
  // under way at the same time, and whether a rejection may have nobody to handle it.
  var wishes = {};
  // What the variant exports, and whether it is set up.
  var exported = null;
  var isSetUp = false;
  // Requests that have no reply yet, and whether no more will come.
  var waiting = 0;
  var ended = false;

  function reply(message) {
    host.write(JSON.stringify(message));
    waiting -= 1;
    if (ended && waiting <= 0) exit();
  }

  function fail(error) {
    reply({ type: 'error', message: describe(error) });
  }

  // Loads the case's function; otherwise says what is wrong with it.
  function load() {
    if (op !== null || loadProblem !== null) return;
    var missing = (wishes.needs || []).filter(function (name) { return named(host, name) === undefined; });
    if (missing.length > 0) {
      var words = 'the variant needs "' + missing.join('", "') + '", which this version lacks';
      loadProblem = { type: 'unsupported', message: words };
      return;
    }
    try {
      exported = host.load();
      var found = exported;
      // Cases that differ in the number of awaits export what makes an op.
      if (typeof wishes.awaits === 'number') {
        if (typeof exported.of !== 'function') throw new Error('the variant exports no function "of"');
        found = exported.of(wishes.awaits);
      }
      var name = shape === 'loop' ? 'loop' : 'op';
      if (typeof found !== 'function') found = found[name];
      if (typeof found !== 'function') throw new Error('the variant exports no function "' + name + '"');
      op = found;
    } catch (error) {
      var type = error instanceof SyntaxError ? 'unsupported' : 'error';
      loadProblem = { type: type, message: describe(error) };
    }
  }

  // Calls what the variant exports under that name, if it does, and waits for the promise that it may return.
  function call(name, then, failed) {
    var task = exported !== null && exported[name];
    if (typeof task !== 'function') {
      then();
      return;
    }
    function fails(error) {
      failed(new Error(name + ' failed: ' + describe(error)));
    }
    try {
      var result = task.call(exported);
      if (result && typeof result.then === 'function') result.then(then, fails);
      else then();
    } catch (error) {
      fails(error);
    }
  }

  // Runs the task from the event loop once the case is loaded and set up.
  function whenReady(task) {
    load();
    if (loadProblem !== null) {
      reply(loadProblem);
      return;
    }
    if (isSetUp) {
      host.later(task);
      return;
    }
    isSetUp = true;
    call('setup', function () { host.later(task); }, function (error) {
      loadProblem = { type: 'error', message: error.message };
      reply(loadProblem);
    });
  }

  function tearDown(then, failed) {
    if (!isSetUp) {
      then();
      return;
    }
    isSetUp = false;
    call('teardown', then, failed);
  }

  function exit() {
    tearDown(host.exit, function (error) {
      console.error(error.message);
      host.exit();
    });
  }

  // The loop that executes n ops: more than one at a time if the case says so.
  function execute(n, finish, fail) {
    if (!(wishes.concurrency > 1)) {
      loops[shape](op, n, finish, fail);
      return;
    }
    function begin(done) {
      if (shape === 'callback') op(done);
      else op().then(done).then(null, fail);
    }
    sideBySide(begin, wishes.concurrency, n, finish, fail);
  }

  // One timed batch. It is executed in slices, and the event loop gets its turn after each while the clock
  // runs: V8 ends many collections by a task there, which ops that stay in one loop would have to
  // wait for, and which are part of what the ops cost.
  function run(n) {
    var fewest = FEWEST_IN_SLICE * (wishes.concurrency || 1);
    var slices = Math.max(1, Math.min(SLICES, Math.floor(n / fewest)));
    var isWhole = slices === 1;
    var left = n;
    var sum = 0;
    var start;
    function finish() {
      var elapsed = host.since(start);
      reply({ type: 'run', n: n, elapsed_ns: elapsed, check: sum });
    }
    function sliced(check) {
      sum += check;
      if (isWhole) finish();
      else host.later(left > 0 ? slice : finish);
    }
    function slice() {
      var count = Math.ceil(left / slices);
      left -= count;
      slices -= 1;
      execute(count, sliced, fail);
    }
    start = host.now();
    slice();
  }

  // Counts the links of a `.then` chain that begins just before an op and runs until the op's end:
  // how many times the microtask queue came round. Exact, and the same on every machine.
  function ticks() {
    var passed = 0;
    var ended = false;
    function tick() {
      if (ended || passed === MOST_TICKS) return;
      passed += 1;
      Promise.resolve().then(tick);
    }
    function finish() {
      ended = true;
      reply({ type: 'ticks', ticks: passed < MOST_TICKS ? passed : null });
    }
    Promise.resolve().then(tick);
    loops[shape](op, 1, finish, fail);
  }

  // Executes n ops in one turn of the event loop, as far as they allow, and reads what is held before the turn
  // ends: what they hold until then is no leak, and yet it may fill the heap.
  function turn(n) {
    execute(n, function () {
      var reading = host.held() || {};
      reading.type = 'turn';
      reply(reading);
    }, fail);
  }

  function memory(collect) {
    host.memory(collect, function (reading) {
      reading.type = 'memory';
      reply(reading);
    });
  }

  var handlers = {
    hello: function (request) {
      wishes = request;
      var fields = host.hello();
      if (request.async_hooks) {
        if (!host.hook) {
          reply({ type: 'unsupported', message: 'no async hooks in this runtime' });
          return;
        }
        try {
          host.hook();
        } catch (error) {
          reply({ type: 'unsupported', message: describe(error) });
          return;
        }
        fields.async_hooks = true;
      }
      fields.type = 'hello';
      fields.protocol = PROTOCOL;
      reply(fields);
    },
    run: function (request) {
      whenReady(function () { run(request.n); });
    },
    ticks: function () {
      whenReady(ticks);
    },
    turn: function (request) {
      whenReady(function () { turn(request.n); });
    },
    memory: function (request) {
      memory(request.collect);
    },
    snapshot: function (request) {
      host.snapshot(request.path, reply);
    },
    release: function () {
      tearDown(function () {
        op = null;
        exported = null;
        host.release();
        loops[shape](idle[shape], 2, function () { reply({ type: 'release' }); }, fail);
      }, fail);
    },
    exit: exit
  };

  return {
    fail: fail,
    // Answers whether a rejection that nobody handles ends the process: the harness was told why then.
    unhandled: function (reason) {
      if (wishes.ignore_unhandled) return false;
      var lines = describe(reason).split('\n');
      lines[0] = 'unhandled rejection: ' + lines[0] + ' (if it is meant, write unhandled = "ignore" in case.toml)';
      fail(lines.join('\n'));
      return true;
    },
    // No more requests will come: those that are waiting are answered first.
    end: function () {
      ended = true;
      if (waiting <= 0) exit();
    },
    receive: function (line) {
      waiting += 1;
      var request = JSON.parse(line);
      var handler = handlers[request.type];
      if (handler) handler(request);
      else fail(new Error('unknown request "' + request.type + '"'));
    }
  };
};
