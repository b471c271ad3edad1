'use strict';
var ring = new Array(4096);
var ops = 0;

exports.op = function () {
  ring[ops % ring.length] = { value: ops };
  ops += 1;
  return 1;
};
