'use strict';
var buffers = [];

exports.op = function () {
  buffers.push(new Uint8Array(1024));
  return 1;
};
