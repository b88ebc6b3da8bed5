/** What a step of upkeep did, or would do, to one table. */

export interface Amount {
  /** Files, snapshots or manifests, as the step's `unit` says. */
  readonly count: number;
  readonly rows?: number;
  readonly bytes?: number;
}

export interface StepReport {
  readonly step: 'compact' | 'expire' | 'orphans' | 'manifests';
  readonly unit: 'files' | 'snapshots' | 'manifests';
  /** `would`: a dry run. `skipped`: it may not be done here. */
  readonly outcome: 'done' | 'would' | 'nothing' | 'skipped';
  readonly before: Amount;
  /** Null in a dry run where it cannot be known before it is done. */
  readonly after: Amount | null;
  /** Files taken (or to be taken) from storage. */
  readonly removed: { readonly files: number; readonly bytes: number };
  /** Why it was or was not done. */
  readonly why: string;
}

export const NOTHING_REMOVED = { files: 0, bytes: 0 } as const;

export function sumBytes(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
