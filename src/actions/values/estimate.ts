/** A remaining estimate in the only form that Jira takes: `2d 4h 30m`. How long its days and weeks are, the site says. */
import { BadValue, quoted } from './bad-value.js';

const FORM = /^(\d+(\.\d+)?[wdhm])+$/;

/** @throws BadValue: a number alone would be minutes, or seconds, as somebody else thinks */
export function estimateOf(text: string): string {
  const plain = text.toLowerCase().replace(/\s+/g, '');
  if (!FORM.test(plain)) throw new BadValue(`expected an estimate such as 2d 4h or 30m, got ${quoted(text)}`);
  return plain.replace(/([wdhm])(?=\d)/g, '$1 ');
}
