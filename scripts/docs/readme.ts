/** The list of streams in README.md, by topic: written between two marks, the rest of the page is a person's. */
import { TOPIC_NAMES, TOPICS } from '../../src/runtime/streams/kinds.js';
import { groupOf, type Registry, type Stream } from '../../src/runtime/streams/registry.js';

const BEGIN = '<!-- The streams, written by `npm run docs` from streams/ -->';
const END = '<!-- End of the streams -->';

/** @throws Error when the page has lost its marks. */
export function readmeWithStreams(page: string, registry: Registry): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md has no place for the streams: ${BEGIN} … ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${streamTable(registry)}\n\n${page.slice(end)}`;
}

function streamTable(registry: Registry): string {
  const all = [...registry.streams.values()];
  const rows = TOPICS.map((topic) => {
    const ours = all.filter((stream) => stream.topic === topic);
    return `| ${TOPIC_NAMES[topic]} | ${names(ours.filter(isOn))} | ${names(ours.filter((stream) => !isOn(stream)))} |`;
  });
  return ['| about | read by default | read when named |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Some with the right credentials alone. */
const isOn = (stream: Stream) => ['default', 'credentials'].includes(groupOf(stream));

const names = (streams: readonly Stream[]) => streams.map((stream) => `\`${stream.stream}\`${note(stream)}`).join(', ');

function note(stream: Stream): string {
  const group = groupOf(stream);
  if (group === 'credentials') return ' (OAuth)';
  return group === 'untested' ? ' (untested)' : '';
}
