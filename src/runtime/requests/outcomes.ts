/** A refused request -> what it means for the stream, by the table its stream file declares. */
import { HttpStatusError } from '../../http/errors.js';
import { buildRequest, type Values } from './build-request.js';
import type { Outcome, OutcomeName, Route } from '../streams/stream-file.js';
import type { RunContext } from '../read/context.js';

export type ParentRow = Readonly<Record<string, unknown>>;

/**
 * Null: the refusal is an error of the stream. A 400 (or any status with `verify`) is believed only for the parents named by `where`,
 * and only when the parent itself can be read: a bad request must never pass for an empty answer.
 */
export async function outcomeOf(
  ctx: RunContext,
  label: string,
  route: Route,
  error: unknown,
  values: Values,
  parent: ParentRow | null,
): Promise<OutcomeName | null> {
  if (!(error instanceof HttpStatusError)) return null;
  const declared = route.unless?.[String(error.status)];
  // Whatever the stream is: no other way to ask would help this account or token.
  if (declared === undefined || declared === 'empty') return error.mayNot ? 'forbidden' : null;
  if (typeof declared === 'string') return declared;
  return (await verified(ctx, label, declared, values, parent)) ? declared.outcome : null;
}

type Conditional = Exclude<Outcome, string>;

async function verified(
  ctx: RunContext,
  label: string,
  declared: Conditional,
  values: Values,
  parent: ParentRow | null,
): Promise<boolean> {
  if (!parent || !matches(parent, declared.where)) return false;
  try {
    await ctx.client.request({ ...buildRequest({ request: declared.verify }, values), repeatable: true, label });
    return true;
  } catch (error) {
    if (error instanceof HttpStatusError) return false;
    throw error;
  }
}

/** True when every named column holds one of the values; a missing value counts as null. */
export function matches(
  row: ParentRow,
  where: Readonly<Record<string, readonly (string | boolean | null)[]>>,
): boolean {
  return Object.entries(where).every(([column, allowed]) =>
    allowed.includes((row[column] ?? null) as string | boolean | null),
  );
}
