/** An error that ends a command, told to the user; the developer's part comes with `--log-level debug`. */
import { ConnectorError, EXIT, exitCodeOf } from '../errors.js';
import type { Context } from './context.js';

/** @param json whether standard output was promised a JSON document. @returns the exit code. */
export function reportError(context: Context, error: unknown, json: boolean): number {
  const known = error instanceof ConnectorError;
  const message = error instanceof Error ? error.message : String(error);
  const exitCode = known ? exitCodeOf([error.kind]) : EXIT.failed;
  const lines = known ? message : `Unexpected error, please report it with the output of --log-level debug: ${message}`;
  for (const line of lines.split('\n').filter((one) => one.trim() !== '')) context.log.error(line);
  context.log.debug('developer detail', {
    detail: known ? error.detail : undefined,
    stack: error instanceof Error ? error.stack : undefined,
    cause: error instanceof Error && error.cause instanceof Error ? error.cause.stack : undefined,
  });
  if (json) context.printJson({ ok: false, error: message });
  return exitCode;
}
