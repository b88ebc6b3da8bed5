/** How often streams are read at most, where the settings say nothing: a table in docs/operations.md. */
import { durationMs } from '../../src/core/duration.js';
import type { Registry } from '../../src/runtime/streams/registry.js';
import { between } from './between-marks.js';

const MARKS = [
  '<!-- How often what is read, written by `npm run docs` from streams/ -->',
  '<!-- End of how often -->',
] as const;

export const operationsWithRhythms = (page: string, registry: Registry): string =>
  between(page, MARKS, rhythmTable(registry));

function rhythmTable(registry: Registry): string {
  const all = [...registry.streams.values()].flatMap(({ stream, every }) => (every ? [{ stream, every }] : []));
  const often = [...new Set(all.map(({ every }) => every))].sort((a, b) => durationMs(a) - durationMs(b));
  const rows = often.map((one) => {
    const streams = all.filter(({ every }) => every === one).map(({ stream }) => `\`${stream}\``);
    return `| \`${one}\` | ${streams.join(', ')} |`;
  });
  return ['| at most once in | is read |', '| --- | --- |', ...rows].join('\n');
}
