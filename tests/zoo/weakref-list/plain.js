'use strict';
// A SyntaxError at loading is how a variant says that the runtime can't execute it.
if (typeof WeakRef === 'undefined') throw new SyntaxError('no WeakRef in this runtime');

var list = [];

exports.op = function () {
  list.push(new WeakRef({}));
  return 1;
};
