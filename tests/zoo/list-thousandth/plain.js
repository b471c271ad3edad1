'use strict';
var list = [];
var ops = 0;

exports.op = function () {
  ops += 1;
  if (ops % 1000 === 0) list.push(ops);
  return 1;
};
