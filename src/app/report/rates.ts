/** Hourly rates from a CSV file: `person[,project],rate,currency[,from]`, with a head that names the columns. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { isCalendarDay } from '../../core/calendar.js';
import { ConnectorError } from '../../core/errors.js';
import type { Rate } from '../../reports/worklogs/asked.js';

const NEEDED = ['person', 'rate', 'currency'];
const KNOWN = [...NEEDED, 'project', 'from'];

/** @throws ConnectorError kind `usage` naming the line */
export function readRates(file: string): readonly Rate[] {
  const rows = rowsOf(file);
  return rows.map(({ record, info }) => rateOf(record, `--rates ${file}, line ${info.lines}`));
}

interface Read {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

function rowsOf(file: string): readonly Read[] {
  try {
    return parse(readFileSync(file, 'utf8'), {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
      columns: (head: string[]) => headOf(head, file),
    }) as unknown as readonly Read[];
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    throw new ConnectorError(
      'usage',
      `--rates ${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

function headOf(head: readonly string[], file: string): string[] {
  const names = head.map((name) => name.toLowerCase());
  const wrong = names.find((name) => !KNOWN.includes(name)) ?? NEEDED.find((name) => !names.includes(name));
  if (wrong === undefined) return names;
  throw new ConnectorError(
    'usage',
    `--rates ${file}: its first line has to name the columns person, rate and currency, and may name project and from; the trouble is ${wrong}.`,
  );
}

function rateOf(
  { person = '', project = '', rate = '', currency = '', from = '' }: Read['record'],
  where: string,
): Rate {
  const amount = Number(rate);
  if (person === '') throw new ConnectorError('usage', `${where}: nobody is named.`);
  if (rate === '' || !Number.isFinite(amount) || amount < 0)
    throw new ConnectorError(
      'usage',
      `${where}: expected an amount an hour such as 85.50, found ${rate || 'nothing'}.`,
    );
  if (currency === '') throw new ConnectorError('usage', `${where}: the currency is missing.`);
  if (from !== '' && !isCalendarDay(from))
    throw new ConnectorError('usage', `${where}: expected a day, YYYY-MM-DD, found ${from}.`);
  return { person, project: project || null, rate: amount, currency, from: from || null };
}
