const shutdown = new Promise(() => {});
const step = (i) => Promise.race([shutdown, Promise.resolve({ i })]);
exports.leak = async (n) => { for (let i = 0; i < n; i++) await step(i); };
exports.few = 100;
exports.many = 15_000;
