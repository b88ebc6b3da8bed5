/** A lane lets a few tasks run at once and makes the caller wait for a free place: back-pressure without a queue that grows. */
export interface Limiter {
  /** Resolves when the task has started. Rejects with the first error of an earlier task, once all have ended. */
  run(task: () => Promise<void>): Promise<void>;
  /** Resolves when every task has ended. @throws the first error. */
  drain(): Promise<void>;
}

export function makeLimiter(places: number): Limiter {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | null = null;
  const drain = async () => {
    while (running.size > 0) await Promise.all(running);
    if (failure) throw failure.error;
  };
  return {
    drain,
    async run(task) {
      while (running.size >= places) await Promise.race(running);
      // Whoever is told of an error goes on to other things: nothing of this lane may be under way then.
      if (failure) await drain();
      const promise: Promise<void> = task()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(promise));
      running.add(promise);
    },
  };
}
