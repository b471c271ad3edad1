'use strict';
var list = [];

exports.op = function () {
  list.push(list.length);
  return 1;
};
