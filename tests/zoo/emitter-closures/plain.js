'use strict';
var EventEmitter = require('events');

var emitter = new EventEmitter();
emitter.setMaxListeners(0);
var ops = 0;

exports.op = function () {
  var value = ops;
  emitter.on('done', function () { return value; });
  ops += 1;
  return 1;
};
