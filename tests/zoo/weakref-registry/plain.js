'use strict';
// A SyntaxError at loading is how a variant says that the runtime can't execute it.
if (typeof FinalizationRegistry === 'undefined') throw new SyntaxError('no WeakRef in this runtime');

var registry = new Map();
var dead = new FinalizationRegistry(function (id) { registry.delete(id); });
var ops = 0;

exports.op = function () {
  var target = { value: ops };
  registry.set(ops, new WeakRef(target));
  dead.register(target, ops);
  ops += 1;
  return 1;
};
