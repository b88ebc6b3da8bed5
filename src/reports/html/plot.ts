/** Plots as SVG, drawn when the page is made: the page carries no library, prints sharply, and takes its colours from the style. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { html, Markup } from './markup.js';

export interface Figure {
  /** What the plot shows. */
  readonly title: string;
  /** The same in words, for readers who do not see it. */
  readonly text: string;
  readonly keys?: readonly Key[];
}

/** What a colour stands for; a plain name has that of its place. */
export type Key = string | { readonly name: string; readonly swatch: string };

/** In units of the drawing, which the page stretches to its column: letters of 12 are read on a wide screen, and on a narrow one the style enlarges them. */
export const WIDTH = 960;
/** For the name of the axis, above its highest number. */
export const ABOVE = 30;
/** Of a palette that colour-blind readers can tell apart; what comes later is *other*. */
export const PALETTE = 8;

/** The n-th category's colour; the same place has the same colour on every page. */
export const colour = (index: number): string => (index < PALETTE ? `var(--c${index + 1})` : 'var(--other)');

interface Drawn {
  readonly outerHTML: string;
  querySelectorAll(selector: string): Iterable<DrawnPart>;
  removeAttribute(name: string): void;
  setAttribute(name: string, value: string): void;
}

interface DrawnPart {
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  remove(): void;
  removeAttribute(name: string): void;
}

/** The library's types speak of a browser's document; any that can be written down will do. */
const draw = Plot.plot as unknown as (options: Plot.PlotOptions | { readonly document: unknown }) => Drawn;

export function figure({ title, text, keys = [] }: Figure, options: Plot.PlotOptions): Markup {
  const svg = drawn({ width: WIDTH, marginLeft: 60, marginTop: ABOVE, ...options });
  svg.setAttribute('role', 'group');
  svg.setAttribute('aria-label', `${title}. ${text}`);
  return html`<figure>${legend(keys)}<div class="plot">${new Markup(svg.outerHTML)}</div><figcaption>${title}</figcaption></figure>`;
}

/** Without words, for a place that has them. */
export const drawing = (options: Plot.PlotOptions): Markup => new Markup(drawn(options).outerHTML);

function drawn(options: Plot.PlotOptions): Drawn {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = draw({ ...options, document });
  // Style that stands in the markup is against the page's policy.
  for (const style of svg.querySelectorAll('style')) style.remove();
  // A label on what has no role is none for a screen reader; each mark has its own.
  for (const group of svg.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
  svg.removeAttribute('style');
  for (const part of svg.querySelectorAll('*')) shorten(part);
  return svg;
}

/** The library writes places to the trillionth part of a pixel, which is a third of the page. */
const PLACED = ['d', 'transform', 'x', 'x1', 'x2', 'y', 'y1', 'y2', 'cx', 'cy', 'width', 'height', 'fill-opacity'];
const LONG_NUMBER = /-?\d+\.\d{3,}(e-?\d+)?/g;

function shorten(part: DrawnPart): void {
  for (const name of PLACED) {
    const value = part.getAttribute(name);
    if (value?.includes('.'))
      part.setAttribute(
        name,
        value.replace(LONG_NUMBER, (one) => String(Math.round(Number(one) * 100) / 100)),
      );
  }
}

function legend(keys: readonly Key[]): Markup | null {
  if (keys.length === 0) return null;
  return html`<ul class="keys">${keys.map((key, index) => html`<li><span class="swatch ${swatchOf(key, index)}"></span>${typeof key === 'string' ? key : key.name}</li>`)}</ul>`;
}

const swatchOf = (key: Key, index: number): string =>
  typeof key === 'string' ? `k${index < PALETTE ? index + 1 : 0}` : key.swatch;
