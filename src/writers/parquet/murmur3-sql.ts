/** The hash of the transform `bucket` as SQL: murmur3 of 32 bits, x86, seed 0 (spec: Appendix B). No I/O. */

const MASK = '4294967295::UBIGINT';

/** SQL of the hash of a text's UTF-8 bytes, as UBIGINT; null for null. */
export function hashOfText(text: string): string {
  const whole = `list_transform(range(0, length(hex) - 7, 8), lambda start: ${mixedBlock(littleEndian('start', 4))})`;
  const rest = (bytes: number) => mixedBlock(littleEndian(`(length(hex) - ${2 * bytes})`, bytes));
  const tail = `CASE length(hex) % 8 WHEN 0 THEN 0::UBIGINT WHEN 2 THEN ${rest(1)} WHEN 4 THEN ${rest(2)} ELSE ${rest(3)} END`;
  return bind('hex', `hex(${text})`, finished(`xor(xor(${folded(whole)}, ${tail}), (length(hex) // 2)::UBIGINT)`));
}

/** The same of a number, as the 8 bytes of a long. */
export function hashOfLong(number: string): string {
  const half = (value: string) => `(${value} & 4294967295)::UBIGINT`;
  const halves = `list_transform([${half('long')}, ${half('(long >> 32)')}], lambda block: ${mixedBlock('block')})`;
  return bind('long', `(${number})::BIGINT`, finished(`xor(${folded(halves)}, 8::UBIGINT)`));
}

/** SQL has no names for values within an expression: the one element of a list has. */
const bind = (name: string, value: string, body: string) => `list_transform([${value}], lambda ${name}: ${body})[1]`;

const times = (value: string, factor: number) => `((${value}) * ${factor}::UBIGINT) & ${MASK}`;

const rotated = (name: string, by: number) => `(((${name} << ${by}) & ${MASK}) | (${name} >> ${32 - by}))`;

const mixedBlock = (block: string) => times(bind('k', times(block, 0xcc9e2d51), rotated('k', 15)), 0x1b873593);

const folded = (blocks: string) =>
  `list_reduce(${blocks}, lambda hash, mixed: ${bind('x', 'xor(hash, mixed)', `(${rotated('x', 13)} * 5 + 3864292196) & ${MASK}`)}, 0::UBIGINT)`;

/** So that each bit counts in all of them. */
function finished(hash: string): string {
  const first = bind('f', hash, times('xor(f, f >> 16)', 0x85ebca6b));
  return bind('f', bind('f', first, times('xor(f, f >> 13)', 0xc2b2ae35)), 'xor(f, f >> 16)');
}

/** The number in some bytes of the text `hex`, the lowest byte first. @param start SQL of how many digits stand before them */
function littleEndian(start: string, bytes: number): string {
  const digits = Array.from({ length: bytes }, (_, byte) => `substr(hex, ${start} + ${2 * (bytes - byte) - 1}, 2)`);
  return `('0x' || ${digits.join(' || ')})::UBIGINT`;
}
