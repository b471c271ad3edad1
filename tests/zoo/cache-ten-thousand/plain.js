'use strict';
var cache = new Map();
var ops = 0;

exports.op = function () {
  cache.set(ops % 10000, { value: ops });
  ops += 1;
  return 1;
};
