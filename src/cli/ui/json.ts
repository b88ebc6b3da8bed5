/** JSON documents on standard output: one is promised by `--json`, in every case. */
import { printableJson } from '../../core/printable.js';
import type { Io } from './io.js';

/** @param oneLine as `--json-lines` wants it; strings of JSON hold no line break, so all that are there lie between values */
export function writeJson({ stdout }: Pick<Io, 'stdout'>, text: string, oneLine: boolean): void {
  stdout.write(`${printableJson(oneLine ? text.replace(/\n */g, '') : text)}\n`);
}

/** In place of what a command would have answered. */
export const failureText = (error: string): string => JSON.stringify({ ok: false, error }, null, 2);
