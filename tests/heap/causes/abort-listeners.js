const shutdown = new AbortController();
function handle(i) {
  const state = { id: i, body: 'x'.repeat(40) + i };
  shutdown.signal.addEventListener('abort', () => state.body);
}
exports.leak = async (n) => { for (let i = 0; i < n; i++) handle(i); };
exports.few = 100;
exports.many = 10_000;
