'use strict';
var known = { some: 1 };
var ops = 0;

exports.op = function () {
  ops += 1;
  return 'key' + ops in known ? 0 : 1;
};
