'use strict';
var known = new WeakMap();
var ops = 0;

exports.op = function () {
  known.set({}, { value: ops });
  ops += 1;
  return 1;
};
