/** Marks and texts stand out from both papers as WCAG 2.2 asks: 3 : 1 for marks, 4.5 : 1 for texts. */
import { expect, test } from 'vitest';
import { STYLE } from '../../src/reports/html/style.js';

const [, light = ''] = /:root\{color-scheme:light dark;([^}]*)\}/.exec(STYLE) ?? [];
const [, dark = ''] = /:root\[data-theme=dark\]\{color-scheme:dark;([^}]*)\}/.exec(STYLE) ?? [];
const [, print = ''] = /:root,:root\[data-theme=dark\]\{color-scheme:light;([^}]*)\}/.exec(STYLE) ?? [];

type Colour = readonly [number, number, number];

function coloursOf(text: string): Record<string, Colour> {
  return Object.fromEntries(
    [...text.matchAll(/--([\w]+):(#[0-9a-f]{3,6}|\d+ \d+ \d+)/g)].map(([, name = '', value = '']) => [
      name,
      parsed(value),
    ]),
  );
}

function parsed(value: string): Colour {
  const digits = value.length === 4 ? [...value.slice(1)].map((digit) => digit + digit).join('') : value.slice(1);
  const numbers = value.startsWith('#')
    ? [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16))
    : value.split(' ').map(Number);
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0];
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: Colour, b: Colour): number {
  const [most = 0, least = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (most + 0.05) / (least + 0.05);
}

const over = (top: Colour, share: number, below: Colour): Colour => [
  top[0] * share + below[0] * (1 - share),
  top[1] * share + below[1] * (1 - share),
  top[2] * share + below[2] * (1 - share),
];

const MARKS = ['todo', 'doing', 'done', 'flag', 'other', ...Array.from({ length: 8 }, (_, index) => `c${index + 1}`)];
/** On paper a mark of a role has the colour of the light page. */
const SCHEMES = { light, dark, print: `${light};${print}` };

test.each(Object.entries(SCHEMES))('%s', (_, text) => {
  const colours = coloursOf(text);
  const of = (name: string): Colour => colours[name] ?? [127, 127, 127];
  const faint = MARKS.filter((name) => contrast(of(name), of('paper')) < 3);
  expect([Object.keys(colours).length > 15, faint]).toEqual([true, []]);
  const texts = ['ink', 'soft', 'link', 'flag'].filter((name) => contrast(of(name), of('paper')) < 4.5);
  const shaded = [0.1, 0.2, 0.3, 0.4].filter(
    (share) => contrast(of('ink'), over(of('heat'), share, of('paper'))) < 4.5,
  );
  expect([texts, shaded, contrast(of('soft'), of('wash')) >= 4.5]).toEqual([[], [], true]);
});
