// Makes an op that awaits k settled promises, one after the other, then signals: the next op
// starts from that signal.
export function of(k: number): (done: (value: number) => void) => Promise<void> {
  return async function op(done: (value: number) => void): Promise<void> {
    let sum = 0;
    for (let i = 0; i < k; i++) sum += await Promise.resolve(1);
    done(sum);
  };
}
