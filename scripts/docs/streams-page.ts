/** docs/streams.md: the reference page of all streams, written from the stream files. */
import { parentOf, type Registry, type Stream } from '../../src/runtime/streams/registry.js';
import type { ColumnDecl, Route } from '../../src/runtime/streams/stream-file.js';

const HEAD = `# Streams

One stream is one table. This page is written from the files in \`streams/\` by \`npm run docs\`; change those, not this page.
Every table also has \`_synced_at\`, \`_deleted_at\`, \`_deleted_reason\` and \`_extra\` (what Jira sent and no column holds, as JSON).
`;

/** The whole page, ending with a newline. */
export function streamsPage(registry: Registry): string {
  const streams = [...registry.streams.values()];
  const on = registry.enabled();
  const conditional = streams.filter((stream) => stream.enabled_when);
  const off = streams.filter(({ untested }) => untested);
  return [
    HEAD,
    '## Overview\n',
    `${on.length} streams are on by default:\n`,
    overview(on),
    `\n${off.length} are off unless named by \`--stream\` or \`streams:\`, because they need administrator rights or a paid edition and are not tested on a real site:\n`,
    overview(off),
    `\n${conditional.length} more is on with certain credentials only:\n`,
    overview(conditional),
    ...streams.map(section),
  ].join('\n');
}

function overview(streams: readonly Stream[]): string {
  const rows = streams.map((stream) => [
    `[${stream.stream}](#${stream.stream})`,
    stream.grain,
    stream.primary_key.join(', '),
    stream.write,
    stream.routes[0]?.cost ?? '',
  ]);
  return table(['Stream', 'One row is', 'Primary key', 'Write mode', 'Cheapest route'], rows);
}

function section(stream: Stream): string {
  const { product, edition, permission, scopes } = stream.needs;
  const facts = [
    `- One row is ${stream.grain}; primary key \`${stream.primary_key.join(', ')}\`; write mode \`${stream.write}\`.`,
    `- Needs ${product === 'jira' ? 'Jira' : 'Jira Software'}${edition ? ` (${edition})` : ''}; permission: ${permission}.`,
    `- Scopes: classic ${codes(scopes.classic)}; granular ${codes(scopes.granular)}.`,
    ...(stream.parent ? [`- Read for each row of [${stream.parent.stream}](#${stream.parent.stream}).`] : []),
    ...(stream.cursor ? [`- Incremental by \`${stream.cursor.column}\`.`] : []),
    ...absences(stream),
    ...(stream.untested ? ['- Off by default.'] : []),
    ...(stream.enabled_when ? [`- On with credentials of type ${codes(stream.enabled_when.credentials)} only.`] : []),
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
