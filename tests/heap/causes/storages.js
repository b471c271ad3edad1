const { AsyncLocalStorage } = require('async_hooks');
exports.leak = async (n) => { for (let i = 0; i < n; i++) new AsyncLocalStorage().run({ i }, () => {}); };
exports.few = 10;
exports.many = 1_500;
