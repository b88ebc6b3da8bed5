/** Several reports on one page: their answers as sentences that lead to them, then each with its plot and its table. */
import type { ReportDocument } from '../document.js';
import type { Freshness } from '../freshness.js';
import { html, type Markup } from '../html/markup.js';
import { page } from '../html/page.js';
import { notesMarkup, sectionMarkup } from './document-html.js';

/** A part that is made elsewhere, such as the timesheet. */
export interface OverviewPart {
  readonly id: string;
  readonly answer: string;
  readonly markup: Markup;
  readonly notes: readonly string[];
}

export interface Overview {
  readonly title: string;
  readonly freshness: readonly Freshness[];
  readonly parts: readonly OverviewPart[];
}

/** A report as a part of a page: its answer stands above its plot. */
export const partOf = ({ answer, sections, notes }: ReportDocument): OverviewPart => ({
  id: sections[0].id,
  answer,
  markup: html`${sections.map((section) => sectionMarkup({ sentence: answer, ...section }, answer))}`,
  notes,
});

/** @param made when, in words */
export function overviewHtml({ title, freshness, parts }: Overview, made: string): string {
  const answers = html`<ul class="answers">${parts.map(({ id, answer }) => html`<li><a href="#${id}">${answer}</a></li>\n`)}</ul>\n`;
  const notes = [...new Set(parts.flatMap((part) => part.notes))];
  const sections = [answers, ...parts.map(({ markup }) => markup), notesMarkup(notes)];
  return page({ title, freshness: distinct(freshness), answer: null }, sections, made);
}

function distinct(all: readonly Freshness[]): readonly Freshness[] {
  const seen = new Map(all.map((one) => [one.text, one]));
  return [...seen.values()];
}
