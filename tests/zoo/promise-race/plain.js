'use strict';
var never = new Promise(function () {});

exports.op = function () {
  return Promise.race([never, Promise.resolve(1)]);
};
