exports.leak = async (n) => {
  const text = 'q'.repeat(500);
  for (let i = 0; i < n; i++) await import(`data:text/javascript,export const a=${i};export const t="${text}${n}"`);
};
exports.few = 10;
exports.many = 800;
