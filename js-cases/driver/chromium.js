'use strict';
// Chromium: the protocol's messages in an empty page, brought there over the DevTools protocol. The
// harness makes it a script of the page, then calls `start` once and `request` for each message; `request`
// answers a promise of the reply. Parses from Chromium 69 on. Memory and snapshots are not asked of
// the page: only the browser can tell, and the harness asks it itself.

var awaitbench = (function () {
  var driver = null;
  // The request that waits for its reply, and replies that came before anybody waited.
  var waiting = null;
  var early = [];

  function evaluate(text, name, names, values) {
    // Like Node.js, each file is a function of its own. The name is for stack traces.
    var body = text + '\n//# sourceURL=' + name;
    Function.apply(null, names.concat(body)).apply(undefined, values);
  }

  // The smallest step that the clock shows, in nanoseconds. Browsers make it coarse on purpose:
  // from 5 to 100 microseconds.
  function timerResolution() {
    var smallest = Infinity;
    for (var i = 0; i < 20; i++) {
      var start = performance.now();
      var now = start;
      while (now === start) now = performance.now();
      if (now - start < smallest) smallest = now - start;
    }
    return Math.round(smallest * 1e6);
  }

  function builtin(name) {
    throw new Error('a page has no module "' + name + '"');
  }

  function missing(name) {
    throw new Error('a page has no require: the variant asks for "' + name + '"');
  }

  function createHost(variant, name) {
    var channel = new MessageChannel();
    var task = null;
    channel.port1.onmessage = function () {
      var now = task;
      task = null;
      now();
    };
    return {
      hello: function () {
        return {
          runtime: 'chromium',
          engine: 'v8',
          timer: 'performance.now',
          timer_resolution_ns: timerResolution(),
          can_collect: true
        };
      },
      builtin: builtin,
      now: function () {
        return performance.now();
      },
      since: function (start) {
        return Math.round((performance.now() - start) * 1e6);
      },
      load: function () {
        var module = { exports: {} };
        evaluate(variant, name, ['module', 'exports', 'require'], [module, module.exports, missing]);
        return module.exports;
      },
      // The text of the case is kept, and nothing that it made.
      release: function () {},
      // A message and no timer: timers of a page may be slowed down.
      later: function (work) {
        task = work;
        channel.port2.postMessage(null);
      },
      // The browser collects, and not in the middle of a turn.
      held: function () {
        return null;
      },
      write: function (line) {
        if (waiting === null) {
          early.push(line);
          return;
        }
        var resolve = waiting;
        waiting = null;
        resolve(line);
      },
      exit: function () {}
    };
  }

  return {
    start: function (core, variant, name, shape) {
      var exported = {};
      evaluate(core, 'core.js', ['exports'], [exported]);
      driver = exported.createDriver(createHost(variant, name), shape);
      // An op that throws or rejects can't be continued: the harness ends the process.
      self.addEventListener('error', function (event) {
        driver.fail(event.error || event.message);
      });
      self.addEventListener('unhandledrejection', function (event) {
        driver.unhandled(event.reason);
      });
    },
    request: function (line) {
      return new Promise(function (resolve) {
        if (early.length > 0) {
          resolve(early.shift());
          return;
        }
        waiting = resolve;
        driver.receive(line);
      });
    }
  };
})();
