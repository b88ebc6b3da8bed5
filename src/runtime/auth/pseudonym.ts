/** Pseudonyms of people: the same account gets the same one as long as the key is the same, and nobody without the key can go back. */
import { createHmac } from 'node:crypto';
import type { Secret } from '../../core/secret.js';

/** How the people in records are written. With a key only its holder can make the pseudonyms of known accounts. */
export type People = { readonly mode: 'full' } | { readonly mode: 'pseudonymous'; readonly key?: Secret | undefined };

export interface Pseudonyms {
  /** `p-` and 24 characters. */
  of(id: string): string;
  /** Tells one key from another without telling the key: rows of two keys do not belong together. */
  readonly print: string;
}

const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';
/** Kept to spare the hash; a site has thousands of people, and texts may hold any number of addresses. */
const MOST_KEPT = 100_000;

/** @param site makes the key where the settings give none. */
export function pseudonymsOf(people: People, site: string): Pseudonyms {
  const key = people.mode === 'pseudonymous' && people.key ? people.key.reveal() : site;
  const known = new Map<string, string>();
  const digest = (text: string) => base32(createHmac('sha256', key).update(text).digest());
  return {
    of(id) {
      const before = known.get(id);
      if (before !== undefined) return before;
      const made = `p-${digest(`person ${id}`).slice(0, 24)}`;
      if (known.size < MOST_KEPT) known.set(id, made);
      return made;
    },
    print: digest('print').slice(0, 8),
  };
}

function base32(bytes: Uint8Array): string {
  let [text, bits, value] = ['', 0, 0];
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += DIGITS[(value >> (bits - 5)) & 31];
  }
  return text;
}
