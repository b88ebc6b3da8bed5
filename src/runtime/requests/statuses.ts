/** The statuses that a route knows what to make of: its other words about refusals are no statuses. */
export const statusesOf = (unless: Readonly<Record<string, unknown>> = {}): number[] =>
  Object.keys(unless).map(Number).filter(Number.isInteger);
