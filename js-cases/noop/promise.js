'use strict';
// The driver's loop around nothing but a settled promise.
var settled = Promise.resolve(1);

exports.op = function (done) {
  settled.then(done);
};
