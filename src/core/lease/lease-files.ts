/** The numbered files that a lease is made of, wherever they lie. */

export interface LeaseFiles {
  /** A file's full name, for messages. */
  nameOf(number: number): string;
  /** In no order. */
  numbers(): Promise<readonly number[]>;
  /** Null when there is no such file. Never a part of one. */
  read(number: number): Promise<string | null>;
  /** When it was last written, milliseconds since 1970 by the storage's clock; null when there is no such file. */
  modified(number: number): Promise<number | null>;
  /** Of several that create the same number exactly one is told true. */
  create(number: number, text: string): Promise<boolean>;
  /** Creates or replaces. */
  replace(number: number, text: string): Promise<void>;
  /** Absent ones are no error. */
  remove(numbers: readonly number[]): Promise<void>;
}

/** The number that a file's name is; empty for other files. */
export function numberIn(name: string): readonly number[] {
  return /^\d+$/.test(name) ? [Number(name)] : [];
}
