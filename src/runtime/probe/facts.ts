/** What a plan is made of, as far as no table tells it: the same for a run and for its price. */

import type { Dialect } from '../../contract/dialect.js';
import { type Pseudonyms, pseudonymsOf } from '../auth/pseudonym.js';
import type { PlanFacts } from '../plan/read-plan.js';
import type { Registry } from '../streams/registry.js';
import type { Identity } from './identity.js';
import type { ReadInput } from './read-input.js';
import type { ResolvedScope } from './resolve-scope.js';

/** A clock may be wrong: what must not run ahead takes the earlier one, what must not lie in the future the later one. */
export function clocksOf(input: Pick<ReadInput, 'now'>, { serverTime }: Identity) {
  const own = input.now();
  return { earliest: Math.min(own, serverTime), latest: Math.max(own, serverTime) };
}

export interface Known {
  readonly identity: Identity;
  readonly dialect: Dialect;
  readonly registry: Registry;
  readonly scope: ResolvedScope;
  /** Null: people are written as they are. */
  readonly pseudonyms: Pseudonyms | null;
  readonly runStart: number;
  readonly acceptDeletes: boolean;
}

export function factsOf(input: ReadInput, known: Known): Omit<PlanFacts, 'states' | 'live'> {
  const { identity, scope, pseudonyms, ...rest } = known;
  const { accountId } = identity;
  const account = pseudonyms?.of(accountId) ?? accountId;
  return {
    ...rest,
    site: input.site,
    account,
    // People may have been pseudonyms until now, or be so from now on.
    aliases: new Set([account, accountId, pseudonymsOf({ mode: 'full' }, input.site).of(accountId)]),
    settings: {
      scope: scope.text,
      scopes: scope.scopes,
      start: input.start,
      fullRefresh: input.fullRefresh,
      people: pseudonyms?.print ?? null,
    },
    scoped: input.scope.projects !== undefined || input.scope.jql !== undefined,
    schedule: input.schedule,
  };
}
