/** How often what is re-read: words of the settings to milliseconds. */
import { durationMs } from '../../core/duration.js';
import { USUAL_RHYTHM } from './settings.js';

export interface Schedule {
  /** Milliseconds, or a word of the settings; null: never. */
  readonly census: 'auto' | 'always' | number | null;
  readonly overlap: number | null;
  readonly reread: ReadonlyMap<string, number>;
  /** Absent: every stream is read in every run, whatever its file says. */
  readonly every?: ReadonlyMap<string, number>;
}

export interface RhythmWords {
  readonly census?: string | undefined;
  readonly overlap?: string | undefined;
  readonly reread?: Readonly<Record<string, string>> | undefined;
  readonly every?: Readonly<Record<string, string>> | undefined;
}

export function scheduleOf(words: RhythmWords): Schedule {
  const reread = Object.entries(words.reread ?? {}).flatMap(([stream, often]) => {
    const every = everyMs(often);
    return every === null ? [] : [[stream, every] as const];
  });
  return {
    census: censusOf(words.census ?? USUAL_RHYTHM.census),
    overlap: everyMs(words.overlap ?? USUAL_RHYTHM.overlap),
    reread: new Map(reread),
    every: new Map(Object.entries(words.every ?? {}).map(([stream, often]) => [stream, leastMs(often)])),
  };
}

const censusOf = (often: string) => (often === 'auto' || often === 'always' ? often : everyMs(often));

const leastMs = (often: string) => (often === 'always' ? 0 : durationMs(often));

function everyMs(often: string): number | null {
  return often === 'never' ? null : durationMs(often);
}

/** The same, with no stream that waits for its turn. */
export const inEveryRun = ({ census, overlap, reread }: Schedule): Schedule => ({ census, overlap, reread });
