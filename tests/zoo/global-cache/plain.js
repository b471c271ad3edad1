'use strict';
global.cacheOfTheZoo = new Map();
var ops = 0;

function work() {
  var x = 1;
  for (var i = 0; i < 100; i++) x = (x * 48271) % 2147483647;
  return x;
}

exports.op = function () {
  global.cacheOfTheZoo.set(ops % 400000, { value: work() });
  ops += 1;
  return 1;
};
