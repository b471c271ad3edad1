function poll(i) {
  const payload = 'p'.repeat(20) + i;
  return +setTimeout(() => payload.length, 1);
}
exports.leak = async (n) => {
  for (let i = 0; i < n; i++) poll(i);
  await new Promise((resolve) => setTimeout(resolve, 50));
};
exports.few = 100;
exports.many = 10_000;
