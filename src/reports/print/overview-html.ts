/** Several reports on one page: their answers as sentences that lead to them, then each with its plot and its table. */
import type { ReportDocument } from '../document.js';
import type { Freshness } from '../freshness.js';
import { html, type Markup } from '../html/markup.js';
import { page, prose } from '../html/page.js';
import { notesMarkup, sectionMarkup } from './document-html.js';
import { smallPlot } from './small-plots.js';

/** A part that is made elsewhere, such as the timesheet. */
export interface OverviewPart {
  readonly id: string;
  readonly heading: string;
  readonly answer: string;
  /** Beside the answer. */
  readonly small: Markup | null;
  readonly markup: Markup;
  readonly notes: readonly string[];
}

export interface Overview {
  readonly title: string;
  readonly freshness: readonly Freshness[];
  readonly parts: readonly OverviewPart[];
}

/** Here a table is for looking something up; the report of that name has more. */
const MOST_ROWS = 200;

/** A report as a part of a page: its answer stands above its plot. */
export function partOf({ answer, sections, notes }: ReportDocument): OverviewPart {
  const [{ id, heading, plot }] = sections;
  return {
    ...{ id, heading, answer, notes },
    small: plot ? smallPlot(plot) : null,
    markup: html`${sections.map((section) => sectionMarkup({ sentence: answer, ...section }, answer, MOST_ROWS))}`,
  };
}

/** @param made when, in words */
export function overviewHtml({ title, freshness, parts }: Overview, made: string): string {
  const answers = html`<ul class="answers">${parts.map(
    ({ id, heading, answer, small }) =>
      html`<li>${small ?? html`<span class="small"></span>`}<a href="#${id}"><strong>${heading}</strong> ${prose(answer)}</a></li>\n`,
  )}</ul>\n`;
  const notes = [...new Set(parts.flatMap((part) => part.notes))];
  const sections = [answers, ...parts.map(({ markup }) => markup), notesMarkup(notes)];
  return page({ title, freshness: distinct(freshness), answer: null }, sections, made);
}

function distinct(all: readonly Freshness[]): readonly Freshness[] {
  const seen = new Map(all.map((one) => [one.text, one]));
  return [...seen.values()];
}
