/** Keys that others show us: compared by their digests, in a time that tells nothing of either. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from './secret.js';

/** SHA-256 of a key that has enough chance in it to need no salt. */
export class KeyDigest {
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  static of(key: string): KeyDigest {
    return new KeyDigest(createHash('sha256').update(key, 'utf8').digest());
  }

  /** Null for a key of fewer characters than `shortest`. */
  static ofSecret(secret: Secret, shortest: number): KeyDigest | null {
    const key = secret.reveal();
    return key.length < shortest ? null : KeyDigest.of(key);
  }

  /** @param hex 64 hexadecimal digits */
  static from(hex: string): KeyDigest {
    return new KeyDigest(Buffer.from(hex, 'hex'));
  }

  equals(other: KeyDigest): boolean {
    return timingSafeEqual(this.#bytes, other.#bytes);
  }

  get hex(): string {
    return this.#bytes.toString('hex');
  }
}
