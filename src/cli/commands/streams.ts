/** `connector streams [NAME]`: the registry, or one stream in full. */

import { type Likeness, tablesLike } from '../../app/settings/peers.js';
import { refuseUnknownStreams } from '../../app/settings/stream-names.js';
import { EXIT } from '../../core/errors.js';
import { sentenceTable } from '../../core/text-table.js';
import { VIEWS } from '../../query/business-views/views-for-people.js';
import { neededColumns } from '../../runtime/streams/chosen-columns.js';
import { PRODUCT_NAMES, TOPIC_NAMES, TOPICS } from '../../runtime/streams/kinds.js';
import {
  credentialsOf,
  groupOf,
  parentOf,
  parentsOf,
  type Registry,
  type Stream,
} from '../../runtime/streams/registry.js';
import type { Action } from '../command.js';

interface Options {
  readonly like?: string;
  readonly json?: true;
}

export const run: Action<Options> = async (context, [name], { like, json }) => {
  if (like !== undefined) {
    const found = tablesLike(like);
    if (json) context.printJson(found);
    else context.tell(likeText(like, found));
    return EXIT.ok;
  }
  const registry = context.registry();
  if (name === undefined) {
    const all = [...registry.streams.values()];
    if (json) context.printJson(all.map(summaryOf));
    else context.tell(tableOf(registry, context.width));
    return EXIT.ok;
  }
  refuseUnknownStreams([name]);
  const stream = registry.get(name);
  if (json) context.printJson(describe(stream, registry));
  else context.tell(textOf(stream, registry, context.width));
  return EXIT.ok;
};

function likeText(like: string, found: readonly Likeness[]): string {
  if (found.length === 0)
    return `No connector that we know has a table called ${like}. All names: docs/from-other-connectors.md; our streams: connector streams.`;
  const line = ({ connector, table, ours, because }: Likeness) =>
    `${table} (${connector}): ${because === null ? ours.map(kindOf).join(', ') : `none, because ${because}`}`;
  return found.map(line).join('\n');
}

const kindOf = (name: string) => (VIEWS.some((view) => view.name === name) ? `view ${name}` : `stream ${name}`);

function summaryOf(stream: Stream) {
  return {
    stream: stream.stream,
    enabled: groupOf(stream) === 'default',
    enabled_when: stream.enabled_when ?? null,
    group: groupOf(stream),
    topic: stream.topic,
    about: stream.about,
    grain: stream.grain,
    primary_key: stream.primary_key,
    write: stream.write,
    every: stream.every ?? null,
    cursor: stream.cursor?.column ?? null,
    parents: parentsOf(stream).map((parent) => parent.stream),
    cost: stream.routes[0]?.cost ?? '',
  };
}

function describe(stream: Stream, registry: Registry) {
  const needed = neededColumns(stream, registry, [stream.stream]);
  return {
    ...summaryOf(stream),
    docs: stream.docs,
    needs: stream.needs,
    lookback: stream.cursor?.lookback ?? null,
    routes: stream.routes.map((route) => ({
      route: route.name,
      cost: route.cost,
      request: route.request ?? null,
      parent: parentOf(stream, route)?.stream ?? null,
    })),
    columns: Object.entries(stream.columns).map(([column, { type, about }]) => ({
      ...{ column, type, about },
      can_be_left_out: !needed.has(column),
    })),
  };
}

/** A table for each topic. */
function tableOf(registry: Registry, width: number): string {
  const all = [...registry.streams.values()];
  const tables = TOPICS.map((topic) => {
    const rows = all
      .filter((one) => one.topic === topic)
      .flatMap((stream) => [
        [stream.stream, stream.grain],
        [noteOf(stream), stream.routes[0]?.cost ?? ''],
      ]);
    return `${TOPIC_NAMES[topic]}\n${sentenceTable(['stream', 'one row is; cost by the cheapest route'], rows, width)}\n`;
  });
  const on = registry.enabled().length;
  return [
    ...tables,
    `${on} streams are on by default; those marked (named) or (untested) are read only when \`--stream\` or \`streams:\` names them, others with such credentials.`,
  ].join('\n');
}

function noteOf(stream: Stream): string {
  const group = groupOf(stream);
  if (group === 'default') return '';
  return group === 'credentials' ? ` (with ${credentialsOf(stream).join(', ')})` : ` (${group})`;
}

const READ_WHEN = {
  default: () => 'by default',
  credentials: (stream: Stream) =>
    `by default with credentials of type ${credentialsOf(stream).join(', ')}, else when named`,
  named: () => 'when `--stream` or `streams:` names it',
  untested: () => 'when `--stream` or `streams:` names it; nobody could try it on a real site',
} as const;

/** What makes a run read less than everything: its own cursor, or those of the streams it hangs on. */
function cursorOf(stream: Stream, registry: Registry): string {
  if (stream.cursor) return `${stream.cursor.column}, looking back ${stream.cursor.lookback}`;
  if (stream.write === 'replace') return 'none: read whole';
  const above = parentsOf(stream)
    .map((parent) => registry.get(parent.stream))
    .filter(({ cursor }) => cursor !== undefined);
  return above.length === 0
    ? 'none: read whole'
    : `that of its parent: ${above.map((parent) => `${parent.cursor?.column} of ${parent.stream}`).join(', or ')}`;
}

/** What `columns:` may say. */
function columnsOf(stream: Stream, registry: Registry): string {
  const always = [...neededColumns(stream, registry, [stream.stream]).keys()].join(', ');
  const fields = stream.custom_fields ? ', and fields by id or display name' : '';
  return `any of those below${fields} (\`columns: { ${stream.stream}: { include: […] } }\`, or exclude); always there: ${always}`;
}

function textOf(stream: Stream, registry: Registry, width: number): string {
  const { classic, granular } = stream.needs.scopes;
  const facts: [string, string][] = [
    ['One row is', stream.grain],
    ['Read', READ_WHEN[groupOf(stream)](stream)],
    ['Key', stream.primary_key.join(', ')],
    ['Written by', stream.write],
    ['At most', stream.every === undefined ? 'in every run' : `once in ${stream.every} (\`every:\`)`],
    ['Cursor', cursorOf(stream, registry)],
    [
      'Parents',
      parentsOf(stream)
        .map((parent) => parent.stream)
        .join(', ') || 'none',
    ],
    ['Columns', columnsOf(stream, registry)],
    ['Product', PRODUCT_NAMES[stream.needs.product]],
    ['Permission', stream.needs.permission],
    ['Edition', stream.needs.edition ?? 'any'],
    ['Scopes', `${classic.join(', ')} (classic); ${granular.join(', ')} (granular)`],
    ['Reference', stream.docs],
  ];
  const routes = stream.routes.map(
    (route) => `  ${route.name}: ${route.cost}${route.request ? `\n    ${route.request}` : ''}`,
  );
  const columns = Object.entries(stream.columns).map(([name, { type, about }]) => [name, type, about]);
  return [
    `${stream.stream}: ${stream.about}`,
    ...facts.map(([label, value]) => `${label.padEnd(11)} ${value}`),
    'Routes, cheapest first:',
    ...routes,
    sentenceTable(['column', 'type', 'about'], columns, width),
  ].join('\n');
}
