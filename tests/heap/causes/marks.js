const { performance } = require('perf_hooks');
exports.leak = async (n) => { for (let i = 0; i < n; i++) performance.mark('start-' + i); };
exports.few = 100;
exports.many = 30_000;
