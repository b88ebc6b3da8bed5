/** The nouns of the simulated site. `Directory` is everything but issues: small lists made once. Issues are made on demand, by number. */

/** How many of each hang on an issue. */
export interface IssueCounts {
  readonly comments: number;
  readonly worklogs: number;
  readonly histories: number;
}

export interface SiteOptions {
  /** Same seed, same site. */
  readonly seed: number;
  readonly issues: number;
  readonly projects: number;
  readonly boards: number;
  readonly sprints: number;
  readonly users: number;
  readonly groups: number;
  /** Custom fields beyond the usual ones. */
  readonly moreFields: number;
  /**
   * `null`: a mix with empty issues and issues of 250 and more; `'real'`: the same kind of mix, as sparse as a large site is. Numbers: so many on
   * each issue, or with `spread` evenly between none and twice as many.
   */
  readonly perIssue: (IssueCounts & { readonly spread?: boolean }) | 'real' | null;
  /** Share of issues with a number of 16 digits or more, which a double or a careless reader may change. */
  readonly bigNumbers: number;
  /** Share of the values of custom fields that are left empty beyond the usual third. */
  readonly emptyFields: number;
  /** Share of issues that have watchers, and voters. */
  readonly watched: number;
  readonly voted: number;
  /** The site's clock at the start, epoch milliseconds: everything made before lies in its past. */
  readonly now: number;
}

export interface Person {
  readonly accountId: string;
  readonly accountType: 'atlassian' | 'app' | 'customer';
  readonly displayName: string;
  /** Absent when the profile hides it. */
  readonly emailAddress?: string;
  readonly active: boolean;
  readonly timeZone?: string;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Project extends Named {
  readonly key: string;
  /** Keys it had before; they go on leading here. */
  readonly formerKeys?: readonly string[];
  readonly state: 'live' | 'archived' | 'deleted';
  readonly style: 'classic' | 'next-gen';
  readonly projectTypeKey: string;
  readonly leadId: string;
  readonly categoryId?: string;
  readonly versions: readonly (Named & {
    readonly released: boolean;
    readonly archived: boolean;
    readonly startDate?: string;
    readonly releaseDate?: string;
    readonly description?: string;
  })[];
  readonly components: readonly (Named & { readonly leadId?: string; readonly description?: string })[];
}

export interface Board extends Named {
  readonly type: 'scrum' | 'kanban' | 'simple';
  readonly projectId: string;
  readonly filterId: string;
}

export interface Sprint extends Named {
  readonly boardId: string;
  readonly state: 'closed' | 'active' | 'future';
  /** Epoch milliseconds. */
  readonly start?: number;
  readonly end?: number;
  readonly complete?: number;
  readonly goal?: string;
}

export interface FieldDef {
  /** `summary` or `customfield_10016`. */
  readonly id: string;
  readonly name: string;
  readonly custom: boolean;
  /** The team-managed project it belongs to; absent: global. */
  readonly projectId?: string;
  readonly schema: {
    readonly type: string;
    readonly items?: string;
    readonly system?: string;
    readonly custom?: string;
    readonly customId?: number;
  };
}

/** Lists that edits change are arrays; their members are replaced, never changed. */
export interface Directory {
  readonly people: Person[];
  readonly groups: readonly {
    readonly groupId: string;
    readonly name: string;
    readonly memberIds: readonly string[];
  }[];
  readonly projects: Project[];
  readonly boards: Board[];
  readonly sprints: Sprint[];
  readonly statuses: readonly (Named & {
    readonly category: 'new' | 'indeterminate' | 'done';
    readonly description: string;
    /** The team-managed project it belongs to; absent: global. */
    readonly projectId?: string;
  })[];
  readonly issueTypes: readonly (Named & {
    readonly subtask: boolean;
    readonly hierarchyLevel: number;
    readonly description: string;
    /** The team-managed project it belongs to; absent: global. */
    readonly projectId?: string;
  })[];
  readonly priorities: readonly (Named & {
    readonly statusColor: string;
    readonly description: string;
    readonly isDefault: boolean;
  })[];
  readonly resolutions: readonly (Named & { readonly description: string; readonly isDefault: boolean })[];
  readonly linkTypes: readonly (Named & { readonly inward: string; readonly outward: string })[];
  /** System fields and custom fields of every type, two of them with the same display name. */
  readonly fields: FieldDef[];
}

/** What a handler needs to answer one request. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Values of the `{placeholders}` of the route. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Origin for `self` links, such as http://127.0.0.1:8080. */
  readonly origin: string;
  /** The site's clock, epoch milliseconds. */
  readonly now: number;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface SimRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** It changes the site. */
  readonly writes?: boolean;
  /** It takes a form with a file, whose bytes are the characters of its body. */
  readonly form?: boolean;
  /** Atlassian's own path, such as /rest/api/3/project/{projectIdOrKey}/version. */
  readonly path: string;
  readonly handle: (call: Call) => Answer;
}

/** Issues of the site as other routes see them (board and sprint lists): ids in rank order. */
export interface IssueIndex {
  idsOfProject(projectId: string): readonly string[];
  idsOfSprint(sprintId: string): readonly string[];
  keyOf(issueId: string): string;
  /** All that the site's issues carry. */
  labels(): readonly string[];
  /** Those of the ids that a JQL query selects, in their own order. Throws a 400 refusal on bad JQL. */
  matching?(ids: readonly string[], jql: string, call: Call): readonly string[];
  /** The issue with the named fields, as searches show it. */
  render?(issueId: string, fields: readonly string[], call: Call): unknown;
}
