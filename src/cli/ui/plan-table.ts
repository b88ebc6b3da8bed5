/** A plan as a table for people, with the reason for the routes. */

import type { ConnectionPlan } from '../../app/plan.js';
import { showDuration } from '../../core/duration.js';
import { type TableColumn, tableOf } from '../../core/text-table.js';
import type { Alternative } from '../../runtime/estimate/alternatives.js';
import type { Range } from '../../runtime/plan/range.js';

const COLUMNS: readonly TableColumn<ConnectionPlan['streams'][number]>[] = [
  ['stream', 'left', ({ stream }) => stream],
  ['mode', 'left', ({ mode }) => mode],
  ['route', 'left', ({ route }) => route],
  ['requests', 'right', ({ requests }) => show(requests)],
  ['rows', 'right', ({ rows }) => (rows === null ? '?' : show(rows))],
  ['why', 'left', ({ why }) => why],
];

export function planText(plan: ConnectionPlan): string {
  const total = `A sync: ${show(plan.requests)} requests, about ${showDuration(plan.seconds)} at ${plan.rate} requests/s.`;
  return [
    `${plan.name} (${plan.site})`,
    tableOf(COLUMNS, plan.streams, true),
    ...reasons(plan.alternatives),
    ...unnamed(plan.onlyWhenNamed),
    total,
  ].join('\n');
}

const unnamed = (streams: readonly string[]) =>
  streams.length === 0
    ? []
    : [`Not in this plan, for they are read only when \`--stream\` or \`streams:\` names them: ${streams.join(', ')}.`];

const number = new Intl.NumberFormat('en-US');

function show({ min, max }: Range): string {
  return min === max ? number.format(max) : `${number.format(min)} to ${number.format(max)}`;
}

/** One line: the chosen routes, and what one other route instead would cost. */
function reasons([chosen, ...others]: readonly Alternative[]): readonly string[] {
  if (!chosen || others.length === 0) return [];
  const cost = ({ requests, seconds }: Alternative) => `${number.format(requests)} in ${showDuration(seconds)}`;
  const instead = others.map((one) => `${one.stream} by ${one.route} ${cost(one)}`);
  return [
    `Why these routes (the same cautious assumptions for each, so only good for comparing): chosen ${cost(chosen)}; instead: ${instead.join(', ')}.`,
  ];
}
