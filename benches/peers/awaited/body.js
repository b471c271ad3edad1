'use strict';
// mitata's loop around an op of await-two or noop: it awaits an async function that awaits a promise of the op's value.
var bodies = require('../bodies.js').bodies;

module.exports = function (form) {
  var body = bodies[form];

  async function run() {
    return await new Promise((resolve) => body.op(resolve));
  }

  return {
    loop: async function (n) {
      var sum = 0;
      // The empty body gives 1: every variant of a case has to give the same.
      for (var i = 0; i < n; i++) sum += await run() + 3 - body.value;
      return sum;
    }
  };
};
