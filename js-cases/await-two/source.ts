// Awaits two settled promises, then signals: the next op starts from that signal.
export async function op(done: (value: number) => void): Promise<void> {
  const first = await Promise.resolve(1);
  const second = await Promise.resolve(2);
  done(first + second);
}
