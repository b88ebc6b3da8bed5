/** Words and colours that plots share. */
import * as Plot from '@observablehq/plot';
import type { Role } from '../document.js';
import { colour } from '../html/plot.js';

export const roleColour = (role: Role): string => {
  const own = /^c(\d+)$/.exec(role);
  if (own) return colour(Number(own[1]) - 1);
  return (
    { todo: 'var(--todo)', doing: 'var(--doing)', done: 'var(--done)', flag: 'var(--flag)' }[role as 'todo'] ??
    'var(--c1)'
  );
};

export const keyOf = ({ name, role }: { readonly name: string; readonly role: Role }) => {
  const own = /^c(\d+)$/.exec(role);
  return { name, swatch: own ? `k${own[1]}` : `k-${role}` };
};

export type Line = { readonly value: number; readonly label: string };

/** At the right end of a line across the plot. */
export const label = ({ value, label: words }: Line, dy = -6, fx?: string) =>
  Plot.text([words], {
    ...{ frameAnchor: 'right' as const, y: () => value, textAnchor: 'end' as const, dy, fill: 'var(--ink)' },
    // It may lie on marks.
    ...{ stroke: 'var(--paper)', strokeWidth: 4 },
    ...(fx === undefined ? {} : { fx: () => fx }),
  });
