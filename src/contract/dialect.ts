/** The two kinds of Jira, which speak alike and not the same. */
export const DIALECTS = ['cloud', 'datacenter'] as const;
export type Dialect = (typeof DIALECTS)[number];
