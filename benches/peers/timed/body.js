'use strict';
// tinybench's loop around an op of await-two or noop: what `awaited` does, the clock read before and after each op, each
// time kept in an array, and two more async functions around that.
var bodies = require('../bodies.js').bodies;
var clock = require('perf_hooks').performance;
var now = clock.now.bind(clock);

module.exports = function (form) {
  var body = bodies[form];
  var sum = 0;

  async function run() {
    sum += await new Promise((resolve) => body.op(resolve)) + 3 - body.value;
  }

  async function measured() {
    var start = now();
    await run();
    return { iterationCost: undefined, overridden: false, taskTime: now() - start };
  }

  return {
    loop: async function (n) {
      var total = 0;
      var samples = [];
      sum = 0;
      async function sampled() {
        var { iterationCost, taskTime } = await measured();
        samples.push(taskTime);
        total += iterationCost === undefined ? taskTime : iterationCost;
      }
      for (var i = 0; i < n; i++) await sampled();
      return samples.length === n && total > 0 ? sum : 0;
    }
  };
};
