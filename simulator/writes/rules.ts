/** What this site lets its caller write. Tests change members of it while the site runs. */

export interface WriteRules {
  /** Of `properties` in a request that creates something: kept, answered with 400, or passed over in silence. */
  properties: 'kept' | 'refused' | 'ignored';
  /** By permission key, over what the site says of its caller. */
  permissions: Record<string, boolean>;
  /** More writes to one issue within so many milliseconds of real time are answered with 429. Cloud alone. */
  perIssue: { readonly writes: number; readonly ms: number } | null;
  timeTracking: boolean;
  issueLinking: boolean;
  /** Ids of fields without which no issue is created, beside those of every Jira. */
  requiredFields: readonly string[];
  /** Name of a status -> ids of the fields that every transition there demands. */
  transitionDemands: Record<string, readonly string[]>;
  /** Id of a transition -> its name, where that is not the name of its status. */
  transitionNames: Record<string, string>;
  /** More of them on one issue are answered with 413. */
  mostComments: number;
  mostWorklogs: number;
  mostLinks: number;
  mostAttachmentBytes: number;
  /** How often the state of a bulk operation is asked before it says that all is done. */
  bulkPolls: number;
  /** Bulk operations are taken and not begun until this is false again and their state is asked for. */
  bulkHeld: boolean;
}

/** Resolved and Closed ask for a resolution, as Jira's classic workflow does; Done sets one by itself. */
export const usualRules = (): WriteRules => ({
  properties: 'kept',
  permissions: {},
  perIssue: { writes: 20, ms: 2000 },
  timeTracking: true,
  issueLinking: true,
  requiredFields: [],
  transitionDemands: { Resolved: ['resolution'], Closed: ['resolution'] },
  transitionNames: {},
  mostComments: 5000,
  mostWorklogs: 5000,
  mostLinks: 2000,
  mostAttachmentBytes: 10 * 1024 * 1024,
  bulkPolls: 1,
  bulkHeld: false,
});

/** Tells for each issue whether one more write now is within the limit; refused ones do not count. */
export class PerIssueLimit {
  private readonly recent = new Map<number, number[]>();

  constructor(private readonly rules: WriteRules) {}

  allows(place: number, at: number): boolean {
    const { perIssue } = this.rules;
    if (perIssue === null) return true;
    const kept = (this.recent.get(place) ?? []).filter((moment) => at - moment < perIssue.ms);
    const allowed = kept.length < perIssue.writes;
    this.recent.set(place, allowed ? [...kept, at] : kept);
    return allowed;
  }
}
