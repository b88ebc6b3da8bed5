/**
 * What a report says, before anything is printed: one value, of which every format is made, so that none can disagree.
 * A new report is a file in `flow/` that fills one; formats and plots are not its business.
 */
import type { JsonCell } from '../query/tables/cells.js';
import type { Span } from './days.js';
import type { Freshness } from './freshness.js';

export interface ReportDocument {
  /** As on the command line: `cycle-time`. */
  readonly report: string;
  readonly title: string;
  readonly freshness: readonly Freshness[];
  /** The whole in one sentence, with its numbers. */
  readonly answer: string;
  /** The first is what CSV and JSON lines hold. */
  readonly sections: readonly [Section, ...Section[]];
  /** Definitions, and what was left out with its number. */
  readonly notes: readonly string[];
}

export interface Section {
  /** Anchor on a page. */
  readonly id: string;
  readonly heading: string;
  /** What the plot shows, in words. */
  readonly sentence?: string;
  readonly plot?: PlotSpec;
  readonly table: DataTable;
  /** Its rows stand in the sections below: a page does not show them twice. */
  readonly isBelow?: boolean;
  /** Shown in full: the table is what is asked for. */
  readonly isOpen?: boolean;
}

export interface DataTable {
  readonly columns: readonly DataColumn[];
  readonly rows: readonly Readonly<Record<string, JsonCell>>[];
}

export interface DataColumn {
  /** In rows, JSON and CSV. */
  readonly name: string;
  /** For people; default: the name with blanks. */
  readonly label?: string;
  readonly kind: 'text' | 'number' | 'day' | 'moment' | 'issue';
  /** Of numbers; default 0. */
  readonly decimals?: number;
  /** Of moments: the hour and the minute matter, too. */
  readonly isExact?: boolean;
  /** What people call the values; others stand as they are. */
  readonly names?: Readonly<Record<string, string>>;
  /** Of issues: the member of a row with the address. */
  readonly link?: string;
}

export type Role = 'todo' | 'doing' | 'done' | 'flag' | 'plain' | `c${number}`;

interface Titled {
  /** What it shows. */
  readonly title: string;
  readonly unit: string;
}

/** The plot of one form. */
export type PlotOf<Form extends PlotSpec['form']> = Extract<PlotSpec, { readonly form: Form }>;

/** One form for each kind of answer; `tip` is what a table row would say. */
export type PlotSpec =
  | (Titled & {
      readonly form: 'bars';
      readonly bars: readonly {
        readonly key: string;
        readonly group: string;
        readonly value: number;
        readonly tip: string;
        readonly pale?: boolean;
      }[];
      readonly groups: readonly string[];
      /** The last group is what is left after the others. */
      readonly hasRest?: boolean;
      readonly line?: { readonly value: number; readonly label: string };
      /** Bars that stand for something, such as half of the runs. */
      readonly named?: readonly { readonly key: string; readonly label: string }[];
    })
  | (Titled & {
      readonly form: 'dots';
      readonly dots: readonly {
        readonly day: string;
        readonly value: number;
        readonly tip: string;
        readonly href: string | null;
      }[];
      readonly lines: readonly { readonly value: number; readonly label: string }[];
      /** Through the dots, with a band around it. */
      readonly curve?: {
        readonly label: string;
        readonly points: readonly {
          readonly day: string;
          readonly value: number;
          readonly low: number;
          readonly high: number;
        }[];
      };
      /** The days that are looked at; default: those of the dots. */
      readonly span?: Span;
    })
  | (Titled & {
      readonly form: 'ranges';
      readonly ranges: readonly {
        readonly key: string;
        readonly value: number;
        readonly tick: number;
        readonly role: Role;
        readonly tip: string;
      }[];
    })
  | (Titled & {
      readonly form: 'areas';
      /** From the bottom up. */
      readonly bands: readonly { readonly name: string; readonly role: Role }[];
      readonly points: readonly {
        readonly day: string;
        readonly band: string;
        readonly value: number;
        readonly tip: string;
      }[];
    })
  | (Titled & {
      readonly form: 'columns';
      readonly dots: readonly {
        readonly column: string;
        readonly value: number;
        readonly mark: 'plain' | 'flag' | 'blocked' | 'stalled';
        readonly tip: string;
        readonly href: string | null;
      }[];
      readonly columns: readonly string[];
      /** Behind the dots of a column: values that 50, 85 and 95 % did not exceed. */
      readonly bands: readonly {
        readonly column: string;
        readonly edges: readonly { readonly value: number; readonly label: string; readonly tip: string }[];
      }[];
      readonly lines: readonly { readonly value: number; readonly label: string }[];
    })
  | (Titled & {
      readonly form: 'lines';
      /** Two series, between which the difference is filled. */
      readonly between?: readonly [string, string];
      readonly series: readonly { readonly name: string; readonly role: Role }[];
      readonly points: readonly {
        readonly day: string;
        readonly series: string;
        readonly value: number;
        readonly tip: string;
      }[];
    })
  | (Titled & {
      /** Side by side in each key. */
      readonly form: 'pairs';
      readonly bars: readonly {
        readonly key: string;
        readonly group: string;
        readonly value: number;
        readonly tip: string;
      }[];
      readonly groups: readonly string[];
      /** Of the groups, where they mean something. */
      readonly roles?: readonly Role[];
      readonly line?: { readonly value: number; readonly label: string };
    })
  | (Titled & {
      /** A value holds until the next one; a thin series is straight. */
      readonly form: 'steps';
      readonly series: readonly { readonly name: string; readonly role: Role; readonly isThin?: boolean }[];
      readonly points: readonly {
        readonly at: string;
        readonly series: string;
        readonly value: number;
        readonly tip: string;
      }[];
      readonly shades: readonly { readonly from: string; readonly until: string }[];
    })
  | (Titled & {
      readonly form: 'stacks';
      readonly parts: readonly { readonly name: string; readonly role: Role }[];
      readonly bars: readonly {
        readonly key: string;
        readonly part: string;
        readonly value: number;
        readonly tip: string;
      }[];
    });
