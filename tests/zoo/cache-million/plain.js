'use strict';
var cache = new Map();
var ops = 0;

exports.op = function () {
  cache.set(ops % 1000000, ops);
  ops += 1;
  return 1;
};
