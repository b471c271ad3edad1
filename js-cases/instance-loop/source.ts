class Async {
  async run(): Promise<null> {
    return null;
  }
}

// Awaits an async method of a new instance, n times. Counts what came back as evidence.
export async function loop(n: number): Promise<number> {
  let nulls = 0;
  for (let i = 0; i < n; i++) {
    if ((await new Async().run()) === null) nulls++;
  }
  return nulls;
}
