/** Where the formats of a report go. */
import { ConnectorError } from '../../core/errors.js';
import type { ReportFormat } from './report-formats.js';

export interface Target {
  readonly format: ReportFormat;
  readonly out: string;
  readonly force: boolean;
}

export interface TargetOptions {
  readonly format: readonly ReportFormat[];
  readonly out: readonly string[];
  readonly force?: boolean;
}

/** The n-th `--out` belongs to the n-th `--format`. @throws ConnectorError kind `usage` */
export function targetsOf({ format, out, force = false }: TargetOptions): readonly Target[] {
  const formats: readonly ReportFormat[] = format.length > 0 ? format : ['table'];
  if (formats.length > 1 && out.length !== formats.length)
    throw new ConnectorError('usage', `${formats.length} formats need as many files: one --out after each --format.`);
  if (out.length > formats.length)
    throw new ConnectorError(
      'usage',
      `There are ${out.length} files for ${formats.length} format: one --out after each --format.`,
    );
  if (formats.includes('xlsx') && (out[formats.indexOf('xlsx')] ?? '-') === '-')
    throw new ConnectorError('usage', '--format xlsx is no text: name a file with --out.');
  return formats.map((each, index) => ({ format: each, out: out[index] ?? '-', force }));
}
