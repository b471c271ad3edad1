'use strict';
var entries = [];
var ops = 0;

function find(key) {
  for (var i = 0; i < entries.length; i++) {
    if (entries[i].key === key) return entries[i];
  }
  return null;
}

exports.op = function () {
  var key = ops % 30000;
  ops += 1;
  if (find(key) === null) entries.push({ key: key, value: ops });
  return 1;
};
