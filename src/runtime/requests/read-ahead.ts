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

/** Results that wait for their turn: more of them would only fill the memory of a slow consumer. */
const MOST_WAITING = 1;

/** Runs one task per item, at most `places` at once, and yields the results in the order of the items. */
export async function* inOrder<I, O>(
  items: AsyncIterable<I>,
  places: number,
  task: (item: I) => Promise<O>,
): AsyncGenerator<O> {
  const running: Promise<O>[] = [];
  let ready = 0;
  const ended = () => {
    ready += 1;
  };
  const next = async () => {
    const result = await (running.shift() as Promise<O>);
    ready -= 1;
    return result;
  };
  try {
    for await (const item of items) {
      const promise = task(item);
      promise.then(ended, ended);
      running.push(promise);
      while (running.length >= places || ready > MOST_WAITING) yield await next();
    }
    while (running.length) yield await next();
  } finally {
    await Promise.allSettled(running);
  }
}
