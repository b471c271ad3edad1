'use strict';
var DAY = 24 * 3600 * 1000;

function nothing() {}

exports.op = function () {
  setInterval(nothing, DAY);
  return 1;
};
