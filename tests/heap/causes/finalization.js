const registry = new FinalizationRegistry(() => {});
const anchor = {};
exports.leak = async (n) => { for (let i = 0; i < n; i++) registry.register(anchor, { name: 'resource ' + i }); };
exports.few = 100;
exports.many = 30_000;
