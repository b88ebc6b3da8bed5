/** Words that settings, stream files and pages have in common. */

/** The kinds of credentials there are, by the names they have in settings and stream files. */
export const CREDENTIAL_KINDS = ['basic', 'scoped', 'oauth', 'client_credentials', 'pat'] as const;

export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export const PRODUCTS = ['jira', 'jira-software', 'jira-service-management'] as const;

export type Product = (typeof PRODUCTS)[number];

export const PRODUCT_NAMES: Readonly<Record<Product, string>> = {
  jira: 'Jira',
  'jira-software': 'Jira Software',
  'jira-service-management': 'Jira Service Management',
};

/** What a stream is about, in the order in which pages list the topics. */
export const TOPICS = [
  'issues',
  'words',
  'projects',
  'boards',
  'people',
  'sharing',
  'service',
  'schemes',
  'site',
] as const;

export type Topic = (typeof TOPICS)[number];

export const TOPIC_NAMES: Readonly<Record<Topic, string>> = {
  issues: 'Issues, and what hangs on them',
  words: 'Words of issues: fields, types, statuses, labels',
  projects: 'Projects, their parts and plans',
  boards: 'Boards and sprints',
  people: 'People, groups, roles and permissions',
  sharing: 'Filters and dashboards',
  service: 'Service management',
  schemes: 'Workflows, screens and schemes',
  site: 'The site and this account',
};
