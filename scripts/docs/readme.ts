/** The list of streams in README.md, by topic. */
import { TOPIC_NAMES, TOPICS } from '../../src/runtime/streams/kinds.js';
import { groupOf, type Registry, type Stream } from '../../src/runtime/streams/registry.js';
import { between } from './between-marks.js';

const MARKS = ['<!-- The streams, written by `npm run docs` from streams/ -->', '<!-- End of the streams -->'] as const;

export const readmeWithStreams = (page: string, registry: Registry): string =>
  between(page, MARKS, streamTable(registry));

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
