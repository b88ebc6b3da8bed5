/** One self-contained file: no request leaves it, no script but its own runs in it. */
import { createHash } from 'node:crypto';
import { ENGINE } from '../../core/engine.js';
import { BEHAVIOUR } from './behaviour.js';
import { html, type Markup, Markup as Raw } from './markup.js';
import { STYLE } from './style.js';

export interface PageHead {
  readonly title: string;
  /** One line a connection. */
  readonly freshness: readonly { readonly text: string; readonly isWhole: boolean }[];
  /** What else it is called; null: nothing. */
  readonly about?: string | null;
  /** Null: the sections begin with it. */
  readonly answer: string | null;
}

/** Keys, days, options and shares, which keep to one line. */
const WHOLE = /(--[a-z][a-z-]{0,24}|\b\d{4}-\d{2}(?:-\d{2})?\b|\b[A-Z][A-Z0-9_]{1,19}-\d{1,9}\b|\b\d{1,3} %)/;

/** A sentence: a browser would break days and keys at their hyphens. */
export const prose = (text: string): Markup =>
  html`${text.split(WHOLE).map((piece, index) => (index % 2 === 1 ? html`<span class="whole">${piece}</span>` : piece))}`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The script moves its tip by \`style\` in script, which no policy for markup concerns. */
export const POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(BEHAVIOUR)}; base-uri 'none'; form-action 'none'`;

export function page(
  { title, freshness, answer, about = null }: PageHead,
  sections: readonly Markup[],
  made: string,
): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Raw(STYLE)}</style>
</head>
<body>
<main>
<header>
<button id="theme" type="button" hidden>Dark</button>
<h1>${prose(title)}</h1>
${freshness.map(({ text, isWhole }) => html`<p class="${isWhole ? 'soft' : 'missing'}">${prose(text)}</p>\n`)}${about !== null && html`<p class="soft">${prose(about)}</p>\n`}</header>
${answer !== null && html`<p class="answer">${prose(answer)}</p>\n`}${sections}
<footer><p class="soft">Made ${made} by ${ENGINE.name} ${ENGINE.version}.</p></footer>
</main>
<div id="tip" role="status" hidden></div>
<script>${new Raw(BEHAVIOUR)}</script>
</body>
</html>
`.text;
}

export const section = (id: string, title: string, ...parts: readonly (Markup | null)[]): Markup =>
  html`<section aria-labelledby="${id}">\n<h2 id="${id}">${prose(title)}</h2>\n${parts}\n</section>\n`;

/** What is behind the plot, in rows. */
export const folded = (summary: string, inner: Markup): Markup =>
  html`<details><summary>${summary}</summary>\n${inner}\n</details>`;

export const list = (lines: readonly string[]): Markup =>
  html`<ul>${lines.map((line) => html`<li>${prose(line)}</li>\n`)}</ul>`;
