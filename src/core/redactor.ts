/** Takes secrets out of a text by value: the last net under everything that is shown or logged (I9). */
import { literally } from './literally.js';
import { Secret } from './secret.js';

/** Secrets come and go while a program runs, tokens above all; whoever is handed this can add what must not be shown from now on. */
export class Redactor {
  readonly #secrets: Secret[];
  #redact: (text: string) => string;

  constructor(...secrets: readonly Secret[]) {
    this.#secrets = [...secrets];
    this.#redact = redactor(secrets);
  }

  add(...secrets: readonly Secret[]): void {
    this.#secrets.push(...secrets);
    this.#redact = redactor(this.#secrets);
  }

  /** The text without any of them. */
  readonly redact = (text: string): string => this.#redact(text);
}

/** Shorter values would blot out ordinary words. */
const SHORTEST = 4;

/**
 * A function that replaces every secret by `[secret]`: as it is, in base64 and base64url, and each of them with any of its
 * characters encoded for an address, a form, JSON or HTML. In whatever case: host names come in small letters.
 * Longest first: a secret that begins with another one would otherwise leave its tail behind.
 */
export function redactor(secrets: readonly Secret[]): (text: string) => string {
  const forms = new Set(secrets.flatMap((secret) => formsOf(secret.reveal())));
  const longestFirst = [...forms].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return (text) => text;
  const any = new RegExp(longestFirst.map((form) => Array.from(form, encodingsOf).join('')).join('|'), 'gi');
  return (text) => text.replaceAll(any, String(new Secret('')));
}

const NAMES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** A pattern of all ways in which encoders write a character. */
function encodingsOf(character: string): string {
  const plain = literally(character);
  if (/[a-z0-9]/i.test(character)) return plain;
  const code = character.codePointAt(0) ?? 0;
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return `(?:${[
    plain,
    `\\\\${plain}`,
    literally(JSON.stringify(character).slice(1, -1)),
    units.map((unit) => `\\\\u${unit.toString(16).padStart(4, '0')}`).join(''),
    Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    `&#0*${code};`,
    `&#x0*${code.toString(16)};`,
    ...(character in NAMES ? [`&${NAMES[character]};`] : []),
    ...(character === ' ' ? ['\\+'] : []),
  ].join('|')})`;
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const base64 = bytes.toString('base64');
  return [value, base64, base64.replace(/=+$/, ''), bytes.toString('base64url')];
}
