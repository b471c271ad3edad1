'use strict';
var COUNT = 64;
var OPS_EACH = 4000;

var functions = [];
for (var i = 0; i < COUNT; i++) {
  var body = 'var y = x | 0;';
  for (var k = 1; k <= 40; k++) body += 'y = (y * ' + (i + k) + ' + ' + k + ') ^ (y >> ' + (k % 7) + ');';
  functions.push(new Function('x', body + 'return y;'));
}
var ops = 0;

exports.op = function () {
  var at = ops < COUNT * OPS_EACH ? Math.floor(ops / OPS_EACH) : ops % COUNT;
  ops += 1;
  return typeof functions[at](ops) === 'number' ? 1 : 0;
};
