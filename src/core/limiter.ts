/** A lane lets a few tasks run at once and makes the caller wait for a free place: back-pressure without a queue that grows. */
export interface Limiter {
  /** Resolves when the task has started. Rejects with the first error of an earlier task. */
  run(task: () => Promise<void>): Promise<void>;
  /** Resolves when every task has ended. @throws the first error. */
  drain(): Promise<void>;
}

export function makeLimiter(places: number): Limiter {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | null = null;
  const check = () => {
    if (failure) throw failure.error;
  };
  return {
    async run(task) {
      while (running.size >= places) await Promise.race(running);
      check();
      const promise: Promise<void> = task()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(promise));
      running.add(promise);
    },
    async drain() {
      while (running.size > 0) await Promise.all(running);
      check();
    },
  };
}
