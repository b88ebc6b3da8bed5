import { Draw } from '../random.js';

/** What each kind of thing is salted with; apart from the salts of issues. */
const SALT = { person: 101, group: 102, project: 103, issueType: 104, workflow: 105, filter: 106 } as const;

type Kind = keyof typeof SALT;

/** The draws of one thing, such as person 12, whatever was drawn for the others. */
export function drawOf(seed: number, kind: Kind, number: number): Draw {
  return new Draw(seed, SALT[kind], number);
}

/** `length` lower-case hexadecimal digits. */
export function hex(draw: Draw, length: number): string {
  return Array.from({ length }, () => draw.int(0, 15).toString(16)).join('');
}

/** A version-4 UUID. */
export function uuid(draw: Draw): string {
  return `${hex(draw, 8)}-${hex(draw, 4)}-4${hex(draw, 3)}-${draw.int(8, 11).toString(16)}${hex(draw, 3)}-${hex(draw, 12)}`;
}

/** The UUID of something that exists on every site, so that it does not depend on the seed. */
export function fixedUuid(kind: Kind, number: number): string {
  return uuid(drawOf(0, kind, number));
}
