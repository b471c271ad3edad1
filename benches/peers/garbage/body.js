'use strict';
// The op of await-two by the given form, with or without garbage of its own.
var sink = null;

module.exports = function (form, garbage) {
  var op = require('../../../js-cases/await-two/' + form + '.js').op;
  function plain(done) {
    sink = null;
    op(done);
  }
  function wasteful(done) {
    sink = new Array(128);
    op(done);
  }
  return { op: garbage ? wasteful : plain, last: function () { return sink; } };
};
