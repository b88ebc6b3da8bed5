/** A plan as a table for people, with the reason for the routes. */

import type { ConnectionPlan } from '../../app/plan.js';
import { showDuration } from '../../core/duration.js';
import { plainTableOf, type TableColumn, tableOf } from '../../core/text-table.js';
import type { Alternative } from '../../runtime/estimate/alternatives.js';
import type { Range } from '../../runtime/plan/range.js';
import { MANY_REQUESTS } from '../../runtime/probe/fan-outs.js';

const WIDE: readonly TableColumn<ConnectionPlan['streams'][number]>[] = [
  ['stream', 'left', ({ stream }) => stream],
  ['mode', 'left', ({ mode }) => mode],
  ['route', 'left', ({ route }) => route],
  ['requests', 'right', ({ requests }) => show(requests)],
  ['rows', 'right', ({ rows }) => (rows === null ? '?' : show(rows))],
  ['why', 'left', ({ why }) => why],
];

const NARROW: typeof WIDE = [
  ['stream', 'left', ({ stream }) => stream],
  ['requests', 'right', ({ requests }) => show(requests)],
  ['rows', 'right', ({ rows }) => (rows === null ? '?' : show(rows))],
  ['why', 'left', ({ why }) => why],
];

/** @param width in characters of the table; null: every column, and reasons to their end */
export function planText(plan: ConnectionPlan, width: number | null): string {
  const total = `A sync: ${show(plan.requests)} requests, about ${showDuration(plan.seconds)} at ${plan.rate} requests/s.`;
  return [
    `${plan.name} (${plan.site})`,
    width === null ? tableOf(WIDE, plan.streams, true) : plainTableOf(NARROW, plan.streams, width),
    ...fanOuts(plan.streams),
    ...reasons(plan.alternatives),
    ...unnamed(plan.onlyWhenNamed),
    total,
    ...large(plan.streams),
  ].join('\n');
}

const unnamed = (streams: readonly string[]) =>
  streams.length === 0
    ? []
    : [`Not in this plan, for they are read only when \`--stream\` or \`streams:\` names them: ${streams.join(', ')}.`];

/** Streams that ask each parent: how many are asked, and how many have nothing. */
const fanOuts = (streams: ConnectionPlan['streams']) =>
  streams.flatMap(({ stream, parents }) =>
    parents
      ? [`${stream}: 1 request for each of ${show(parents.asked)} parents; ${show(parents.spared)} are spared.`]
      : [],
  );

/** The last line: what nobody should start unawares. */
function large(streams: ConnectionPlan['streams']): readonly string[] {
  const many = streams.filter(({ requests }) => requests.max > MANY_REQUESTS);
  const named = many.map(({ stream, requests }) => `${stream} ${show(requests)}`);
  return many.length === 0
    ? []
    : [`More than ${number.format(MANY_REQUESTS)} requests for one stream: ${named.join(', ')}.`];
}

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
