/** A refused request -> what it means for the stream, by the table its stream file declares. */
import { HttpStatusError } from '../../http/errors.js';
import { matches, type ParentRow } from '../rows/matches.js';
import type { Outcome, OutcomeName, Route } from '../streams/stream-file.js';
import type { Asking } from './ask-by-ids.js';
import { buildRequest, type Values } from './build-request.js';

/**
 * Null: the refusal is an error of the stream. A 400 (or any status with `verify`) is believed only for the parents named by `where`,
 * and only when the parent itself can be read: a bad request must never pass for an empty answer.
 */
export async function outcomeOf(
  ctx: Asking,
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
  return (await verified(ctx, label, declared, values, parent)) ? declared.outcome : (declared.else ?? null);
}

/** Whether what this route was refused for one parent is refused for all of them. */
export function isOfSite(route: Route, error: unknown, outcome: OutcomeName): boolean {
  const declared = conditionalOf(route, error);
  return declared?.of === 'site' && declared.outcome === outcome;
}

/** Whether more than its status speaks for what the refusal means: what stands between here and the site sends such statuses, too. */
export const isVerified = (route: Route, error: unknown): boolean => conditionalOf(route, error)?.verify !== undefined;

type Conditional = Exclude<Outcome, string>;

function conditionalOf({ unless }: Route, error: unknown): Conditional | null {
  const declared = error instanceof HttpStatusError ? unless?.[String(error.status)] : undefined;
  return typeof declared === 'object' ? declared : null;
}

async function verified(
  ctx: Asking,
  label: string,
  declared: Conditional,
  values: Values,
  parent: ParentRow | null,
): Promise<boolean> {
  if (declared.where && (!parent || !matches(parent, declared.where))) return false;
  if (declared.verify === undefined) return true;
  try {
    const request = buildRequest({ request: declared.verify }, values);
    await ctx.client.request({ ...request, repeatable: true, onBehalfOf: label });
    return true;
  } catch (error) {
    if (error instanceof HttpStatusError) return false;
    throw error;
  }
}
