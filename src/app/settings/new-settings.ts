/** The text of a first sync.yaml: what was answered, and beside it, as comments, what else is often wanted. */
import { ConnectorError } from '../../core/errors.js';
import { parseYaml } from '../../core/yaml-file.js';
import type { CredentialKind } from '../../runtime/streams/kinds.js';
import { SETTINGS_WORDS, settingsSchema } from './settings.js';
import { parseSiteUrl } from './site-url.js';

/** What a kind of credentials consists of, each from a variable of the environment; and the variable that is usual. */
export const CREDENTIAL_PARTS = {
  basic: { email: 'JIRA_EMAIL', api_token: 'JIRA_API_TOKEN' },
  scoped: { email: 'JIRA_EMAIL', api_token: 'JIRA_API_TOKEN' },
  oauth: { client_id: 'JIRA_CLIENT_ID', client_secret: 'JIRA_CLIENT_SECRET' },
  client_credentials: { client_id: 'JIRA_CLIENT_ID', client_secret: 'JIRA_CLIENT_SECRET' },
  pat: { token: 'JIRA_PAT' },
} as const satisfies Record<CredentialKind, Readonly<Record<string, string>>>;

export interface NewSettings {
  readonly name: string;
  /** As `siteOf` gives it. */
  readonly url: string;
  readonly auth: CredentialKind;
  /** Part of the credentials -> variable of the environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** YYYY-MM-DD; empty: from the beginning. */
  readonly start: string;
  readonly warehouse: string;
}

/** @throws ConnectorError kind `usage` for what is no address of a site. */
export function siteOf(text: string): string {
  const site = parseSiteUrl(text);
  if ('refused' in site) throw new ConnectorError('usage', `The address of the site ${site.refused}`);
  return site.url;
}

/** A name for the connection, from the site's: https://acme-eu.atlassian.net -> acme_eu. */
export function nameFor(url: string): string {
  const [label = ''] = new URL(url).hostname.split('.');
  const name = label.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return /^[a-z]/.test(name) ? name : 'jira';
}

/** Tokens of Cloud are for Cloud's own addresses; anything else is taken for a Data Center. */
export const usualKind = (url: string): CredentialKind =>
  new URL(url).hostname.endsWith('.atlassian.net') ? 'basic' : 'pat';

/** @throws ConnectorError kind `usage` for what a secret would look like: it must not get into the file. */
export function variableName(text: string): string {
  if (/^[A-Z_][A-Z0-9_]{0,63}$/.test(text)) return text;
  throw new ConnectorError(
    'usage',
    'Expected the name of an environment variable, such as JIRA_API_TOKEN, and not its value: secrets do not belong into the file.',
  );
}

/** @param schema where editors find what may be set, as seen from the file. @throws ConnectorError kind `usage` when it would not be accepted as settings. */
export function settingsText(answers: NewSettings, schema: string): string {
  const text = `# yaml-language-server: $schema=${schema}\n${write(answers)}`;
  // Its own reader has the last word on names, days and places.
  parseYaml('the new settings', text, settingsSchema, SETTINGS_WORDS);
  return text;
}

/** JSON's texts are YAML's, whatever is in them. */
const quoted = (text: string) => JSON.stringify(text);

function write({ name, url, auth, variables, start, warehouse }: NewSettings): string {
  return `# Settings of the connector. Secrets are not written here: "\${NAME}" is a variable of the environment, "\${file:PATH}" a file.

# A folder, relative to this file, or s3://bucket/prefix.
warehouse: ${quoted(warehouse)}

connections:
  # The name of a connection is part of the names of its tables: ${name}.issue_search.
  - name: ${name}
    url: ${quoted(url)}
    auth:
      type: ${auth}
${Object.entries(variables)
  .map(([part, variable]) => `      ${part}: "\${${variable}}"`)
  .join('\n')}
${auth === 'oauth' ? '' : '      # The last day of the token; "connector check" warns a month before.\n      # expires: 2027-03-01\n'}
    # Issues and worklogs updated from this day on. Without it all of them.
    ${start === '' ? '# start: 2023-01-01' : `start: ${start}`}

    # Only these projects (key or id), or the issues of a query (jql: …, without ORDER BY).
    # projects: [ENG, OPS]

    # Only these streams; "connector streams" lists all.
    # streams: [issue_search, issue_worklog]

    # Fields of issues that are neither asked for nor written.
    # columns: { issue_search: { exclude: [Salary band] } }

    # Keys of issue properties, for the stream issue_properties.
    # issue_properties: [request-channel-type]

    # Requests per second; 5 if nothing is said.
    # throttle: { requests_per_second: 5 }

    # Certificates of the only authorities that are trusted for this site.
    # tls: { ca: ./authority.pem }

  # Another site beside it; both are read at the same time.
  # - name: internal
  #   url: https://jira.example.org/jira
  #   auth: { type: pat, token: "\${INTERNAL_PAT}" }
`;
}
