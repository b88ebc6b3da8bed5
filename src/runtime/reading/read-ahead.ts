/** Pages fetched while earlier ones are still being written, and handed on in their order. */

/** Starts the next page while the last one is in use. */
export async function* readAhead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = pages.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = pages.next();
      // Looked at in the next round; an error that comes before must not count as unhandled.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    // Waits for the page under way: its request is spent, and nothing may run on behind a stream that has ended.
    await next.catch(() => undefined);
    await pages.return(undefined);
  }
}

/** Runs one task per item, at most `places` at once, and yields the results in the order of the items. */
export async function* inOrder<I, O>(
  items: AsyncIterable<I>,
  places: number,
  task: (item: I) => Promise<O>,
): AsyncGenerator<O> {
  const running: Promise<O>[] = [];
  try {
    for await (const item of items) {
      const promise = task(item);
      promise.catch(() => undefined);
      running.push(promise);
      if (running.length >= places) yield await (running.shift() as Promise<O>);
    }
    while (running.length) yield await (running.shift() as Promise<O>);
  } finally {
    await Promise.allSettled(running);
  }
}
