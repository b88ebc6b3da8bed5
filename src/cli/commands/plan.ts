/** `connector plan`: what a sync would do and cost. Writes nothing. */

import { type ConnectionPlan, plan, secondsTogether } from '../../app/plan.js';
import type { ReadWishes } from '../../app/sync-input.js';
import { exitCodeOf } from '../../core/errors.js';
import type { Action } from '../command.js';
import { planText } from '../ui/plan-table.js';

interface Options extends Omit<ReadWishes, 'streams'> {
  readonly stream: readonly string[];
  readonly connection: readonly string[];
  readonly json?: true;
  readonly wide?: true;
}

export const run: Action<Options> = async (context, _args, { connection, stream: streams, json, wide, ...wishes }) => {
  const config = context.config(connection);
  const plans = await plan({ ...config, ...wishes, streams }, context);
  for (const { name, error } of config.stopped) context.log.error(`${name} is left out: ${error.message}`);
  if (json) context.printJson(jsonOf(plans));
  else context.tell(plans.map((one) => planText(one, wide ? null : context.width)).join('\n\n'));
  return exitCodeOf(config.stopped.map(({ error }) => error.kind));
};

/** `requests` and `rows` are the most that is thought; `requests_min` is the least. */
function jsonOf(plans: readonly ConnectionPlan[]) {
  const sum = (each: (plan: ConnectionPlan) => number) => plans.reduce((total, one) => total + each(one), 0);
  return {
    requests: sum(({ requests }) => requests.max),
    requests_min: sum(({ requests }) => requests.min),
    seconds: Math.round(secondsTogether(plans) * 10) / 10,
    connections: plans.map(({ name, site, requests, streams, onlyWhenNamed }) => ({
      name,
      site,
      requests: requests.max,
      requests_min: requests.min,
      only_when_named: onlyWhenNamed,
      streams: streams.map((one) => ({
        stream: one.stream,
        route: one.route,
        mode: one.mode,
        why: one.why,
        requests: one.requests.max,
        requests_min: one.requests.min,
        rows: one.rows?.max ?? null,
        parents: one.parents?.asked.max ?? null,
        parents_spared: one.parents?.spared.min ?? null,
        due_at: one.dueAt,
      })),
    })),
  };
}
