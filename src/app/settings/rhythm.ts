/** How often what is re-read: words of the settings to milliseconds. */
import type { Rhythm } from './config.js';
import { USUAL_RHYTHM } from './settings.js';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export interface RhythmWords {
  readonly census?: string | undefined;
  readonly overlap?: string | undefined;
  readonly reread?: Readonly<Record<string, string>> | undefined;
}

export function rhythmOf(words: RhythmWords): Rhythm {
  const reread = Object.entries(words.reread ?? {}).flatMap(([stream, often]) => {
    const every = everyMs(often);
    return every === null ? [] : [[stream, every] as const];
  });
  return {
    census: censusOf(words.census ?? USUAL_RHYTHM.census),
    overlap: everyMs(words.overlap ?? USUAL_RHYTHM.overlap),
    reread: new Map(reread),
  };
}

const censusOf = (often: string) => (often === 'auto' || often === 'always' ? often : everyMs(often));

function everyMs(often: string): number | null {
  return often === 'never' ? null : Number(often.slice(0, -1)) * (UNITS[often.slice(-1)] ?? Number.NaN);
}
