'use strict';
var known = new WeakMap();
var keys = [];

exports.op = function () {
  var key = {};
  keys.push(key);
  known.set(key, keys.length);
  return 1;
};
