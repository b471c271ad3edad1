const root = new AbortController();
const kept = root.signal;
exports.leak = async (n) => {
  for (let i = 0; i < n; i++) AbortSignal.any([kept]).addEventListener('abort', () => i);
};
exports.few = 100;
exports.many = 8_000;
