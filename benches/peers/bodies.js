'use strict';
// What every tool executes: the compiled variants of await-two, and an empty body of the same mode.
// Parses on Node 8.
//
// A body is op(done), as in awaitbench: the op is over when it calls done, asynchronously. No tool
// gets to see the promise that an op returns, so none can drop it. The empty body is that of the
// case noop: one settled promise and nothing else. What a tool takes for it is its own constant, and
// contains what one microtask costs, in awaitbench's noop as well.

var path = require('path');

var cases = path.join(__dirname, '..', '..', 'js-cases');

exports.bodies = {
  generator: { op: require(path.join(cases, 'await-two', 'generator.js')).op, value: 3 },
  async: { op: require(path.join(cases, 'await-two', 'async.js')).op, value: 3 },
  empty: { op: require(path.join(cases, 'noop', 'promise.js')).op, value: 1 }
};

// The body that the command line names, with its ops counted and their values added up.
exports.chosen = function () {
  var name = process.argv[2];
  var body = exports.bodies[name];
  if (!body) {
    console.error('usage: node ' + path.basename(process.argv[1]) + ' generator|async|empty SECONDS');
    process.exit(2);
  }
  return { name: name, op: body.op, value: body.value, seconds: Number(process.argv[3] || 5), ops: 0, sum: 0 };
};

// One JSON line. A tool that did not wait for its ops, or skipped some, must not have a result.
exports.print = function (tool, body, nsPerOp, details) {
  if (body.ops === 0 || body.sum !== body.ops * body.value) {
    throw new Error(tool + ': ' + body.ops + ' ops gave ' + body.sum + ', not ' + body.ops * body.value);
  }
  var line = { tool: tool, version: process.versions.node, variant: body.name, ns_per_op: nsPerOp, ops: body.ops };
  Object.keys(details).forEach(function (key) { line[key] = details[key]; });
  console.log(JSON.stringify(line));
};
