'use strict';
// Benchmark.js in its deferred mode, as the article used it. usage: node benchmark.js VARIANT SECONDS

var Benchmark = require('benchmark');
var bodies = require('./bodies.js');

var body = bodies.chosen();
// Looked up by the function that Benchmark.js compiles from the text of `fn`.
global.peer = body;

new Benchmark(body.name, {
  defer: true,
  maxTime: body.seconds,
  fn: function (deferred) {
    peer.op(function (value) {
      peer.ops += 1;
      peer.sum += value;
      deferred.resolve();
    });
  },
  onError: function (event) {
    throw event.target.error;
  },
  onComplete: function () {
    bodies.print('benchmark', body, this.stats.mean * 1e9, {
      relative_margin: this.stats.rme / 100,
      samples: this.stats.sample.length
    });
  }
}).run({ async: true });
