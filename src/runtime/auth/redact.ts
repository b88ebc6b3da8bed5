/** Takes secrets out of a text by value: the last net under everything that is shown or logged (I9). */
import { Secret } from '../../secret.js';

/** Shorter values would blot out ordinary words. */
const SHORTEST = 4;

/**
 * A function that replaces every secret, also in its base64, base64url, URL-encoded and JSON-escaped forms, by `[secret]`.
 * Longest first: a secret that begins with another one would otherwise leave its tail behind.
 */
export function redactor(secrets: readonly Secret[]): (text: string) => string {
  const forms = new Set(secrets.flatMap((secret) => formsOf(secret.reveal())));
  const longestFirst = [...forms].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, String(new Secret(form))), text);
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const base64 = bytes.toString('base64');
  return [
    value,
    encodeURIComponent(value),
    base64,
    base64.replace(/=+$/, ''),
    encodeURIComponent(base64),
    bytes.toString('base64url'),
    JSON.stringify(value).slice(1, -1),
  ];
}
