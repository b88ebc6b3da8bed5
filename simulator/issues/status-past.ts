/** Status and resolution through the life of an issue: what is done has a resolution from that moment on, and nothing else has one. */

import type { Directory } from '../model.js';
import { type Draw, SALT, unit } from '../random.js';
import { type ChangeItem, change } from './change-item.js';
import { namedShown, type Past } from './past.js';

type Category = Directory['statuses'][number]['category'];

export const categoryOf = ({ statuses }: Directory, place: number): Category => statuses[place]?.category ?? 'new';

/** Place of the resolution that the issue has whenever it is done. */
export const resolutionOf = ({ seed, directory }: Past, place: number): number =>
  Math.floor(unit(seed, SALT.text, place, 7) * directory.resolutions.length);

/**
 * Places of statuses, `steps` + 1 of them: the first at creation, never a done one, the last as the seed made the issue. The last step changes the
 * category, so that its moment is that of the resolution, too.
 */
export function statusChain(past: Past, place: number, steps: number, draw: Draw): number[] {
  const { directory } = past;
  const chain = [past.asMade(place, 'status')];
  const places = [...directory.statuses.keys()];
  for (let step = steps; step > 0; step -= 1) {
    const next = chain[0] ?? 0;
    const differs = (status: number): boolean =>
      step === steps ? categoryOf(directory, status) !== categoryOf(directory, next) : status !== next;
    const fits = places.filter((status) => differs(status) && (step > 1 || categoryOf(directory, status) !== 'done'));
    // Most issues begin where their workflow begins.
    chain.unshift(step === 1 && fits.includes(0) ? 0 : draw.pick(fits));
  }
  return chain;
}

/** What one entry says of a move between two statuses. */
export function statusItems(past: Past, place: number, from: number, to: number): ChangeItem[] {
  const { directory } = past;
  const status = change('status', 'status', namedShown(directory.statuses, from), namedShown(directory.statuses, to));
  const shown = (at: number) =>
    namedShown(directory.resolutions, categoryOf(directory, at) === 'done' ? resolutionOf(past, place) : -1);
  const [before, after] = [shown(from), shown(to)];
  return before[0] === after[0] ? [status] : [change('resolution', 'resolution', before, after), status];
}
