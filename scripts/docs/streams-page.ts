/** docs/streams.md: the reference page of all streams, written from the stream files. */
import { PRODUCT_NAMES, TOPIC_NAMES, TOPICS } from '../../src/runtime/streams/kinds.js';
import { credentialsOf, groupOf, parentOf, type Registry, type Stream } from '../../src/runtime/streams/registry.js';
import type { ColumnDecl, Route } from '../../src/runtime/streams/stream-file.js';

const HEAD = `# Streams

One stream is one table. This page is written from the files in \`streams/\` by \`npm run docs\`; change those, not this page.
Every table also has \`_synced_at\`, \`_deleted_at\`, \`_deleted_reason\` and \`_extra\` (what Jira sent and no column holds, as JSON).
`;

/** The whole page, ending with a newline. */
export function streamsPage(registry: Registry): string {
  const streams = [...registry.streams.values()];
  const count = (group: Parameters<Registry['inGroup']>[0]) => registry.inGroup(group).length;
  return [
    HEAD,
    '## Overview\n',
    `${count('default')} streams are on by default.`,
    `${count('named')} more are read only *when named* by \`--stream\` or \`streams:\`, because they cost a request for each issue, field, project or scheme, or because few need them.`,
    `${count('untested')} are *untested*: nobody could try them on a real site, and they, too, are read only when named.`,
    `${count('credentials')} is on with certain credentials only.`,
    'What a stream reads its parents from is read for it, named or not; `connector plan` says beforehand what that costs.',
    ...TOPICS.flatMap((topic) => [
      `\n### ${TOPIC_NAMES[topic]}\n`,
      overview(streams.filter((stream) => stream.topic === topic)),
    ]),
    ...streams.map(section),
  ].join('\n');
}

function overview(streams: readonly Stream[]): string {
  const rows = streams.map((stream) => [
    `[${stream.stream}](#${stream.stream})`,
    stream.grain,
    READ_WHEN[groupOf(stream)](stream),
    stream.primary_key.join(', '),
    stream.write,
    stream.routes[0]?.cost ?? '',
  ]);
  return table(['Stream', 'One row is', 'Read', 'Primary key', 'Write mode', 'Cheapest route'], rows);
}

const READ_WHEN = {
  default: () => 'by default',
  credentials: (stream: Stream) => `with credentials of type ${codes(credentialsOf(stream))}`,
  named: () => 'when named',
  untested: () => 'when named; untested',
} as const;

function section(stream: Stream): string {
  const { product, edition, permission, scopes } = stream.needs;
  const facts = [
    `- One row is ${stream.grain}; primary key \`${stream.primary_key.join(', ')}\`; write mode \`${stream.write}\`.`,
    `- Needs ${PRODUCT_NAMES[product]}${edition ? ` (${edition})` : ''}; permission: ${permission}.`,
    `- Scopes: classic ${codes(scopes.classic)}; granular ${codes(scopes.granular)}.`,
    ...(stream.parent ? [`- Read for each row of [${stream.parent.stream}](#${stream.parent.stream}).`] : []),
    ...(stream.cursor ? [`- Incremental by \`${stream.cursor.column}\`.`] : []),
    ...absences(stream),
    `- Read ${READ_WHEN[groupOf(stream)](stream)}${stream.every === undefined ? '' : `, at most once in \`${stream.every}\``}.`,
    `- [Atlassian's reference](${stream.docs})`,
  ];
  const columns = Object.entries(stream.columns).flatMap(([name, column]) => columnRows(name, column));
  const routes = stream.routes.map((route) => routeRow(stream, route));
  return [
    `\n## ${stream.stream}\n`,
    `${stream.about}\n`,
    ...facts,
    '',
    table(['Route', 'Request', 'Deployment', 'Cost'], routes),
    '',
    table(['Column', 'Type', 'Meaning'], columns),
    '',
  ].join('\n');
}

function absences({ not_on }: Stream): string[] {
  const { cloud, datacenter } = not_on ?? {};
  return [
    ...(cloud ? [`- Not on Cloud: ${cloud}.`] : []),
    ...(datacenter ? [`- Not on Data Center: ${datacenter}.`] : []),
  ];
}

function routeRow(stream: Stream, route: Route): string[] {
  const inside = `inside the pages of ${parentOf(stream, route)?.stream ?? ''}`;
  const deployment = { cloud: 'Cloud', datacenter: 'Data Center', both: 'both' }[route.dialect ?? 'cloud'];
  return [route.name, route.request ? `\`${route.request}\`` : inside, deployment, route.cost];
}

function columnRows(name: string, { type, about, members }: ColumnDecl): string[][] {
  const inner = Object.entries(members ?? {}).map(([member, each]) => [
    `\`${name}.${member}\``,
    shownType(each.type),
    each.about,
  ]);
  return [[`\`${name}\``, shownType(type), about], ...inner];
}

/** As it is in the table: ids are strings and JSON is text. */
const shownType = (type: string) =>
  type
    .replace(/\bid\b/, 'string')
    .replace(/^json$/, 'string (JSON)')
    .replaceAll('<', '&lt;');

const codes = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ') || 'none';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const cell = (text: string) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
