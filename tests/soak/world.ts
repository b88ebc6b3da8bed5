/** One simulated site and one warehouse, and the real command line between them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Draw } from '../../simulator/random.js';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { openForReading } from '../../src/query/open.js';
import { type CliProcess, startCli } from '../cli/cli-process.js';
import { type Ran, runMain } from '../cli/run-main.js';
import { PROPERTY_KEYS, registry } from '../helpers/jira-and-warehouse.js';
import { type SmallDisk, smallDisk } from './disk.js';

/** What is the same in all rounds of a world. */
export interface Settings {
  readonly start?: string;
  readonly projects?: readonly string[];
  readonly streams?: readonly string[];
  readonly census?: string;
  readonly overlap?: string;
  readonly reread?: Readonly<Record<string, string>>;
  readonly every?: Readonly<Record<string, string>>;
  readonly upserts?: string;
  readonly issue_properties?: readonly string[];
}

interface How {
  readonly failpoint?: string;
  readonly signal?: AbortSignal;
}

export interface World {
  readonly jira: Simulator;
  readonly deployment: 'cloud' | 'datacenter';
  readonly base: Settings;
  /** What hangs on an issue may change without moving it: then it is read again as a whole. */
  readonly untouched: boolean;
  /** Where the warehouse is; null: on the disk of everything else. */
  readonly disk: SmallDisk | null;
  /** Requests of the first run, which reads everything. */
  readonly requestsOfAll: number;
  sync(flags?: readonly string[], change?: Settings, how?: How): Promise<Ran>;
  /** In a process of its own, which can be killed. */
  syncChild(flags?: readonly string[], change?: Settings, failpoint?: string): CliProcess;
  maintain(): Promise<Ran>;
  rows(sqls: readonly string[]): Promise<Record<string, unknown>[][]>;
  tables(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const SALT = 900;
/** The site's clock is moved by months and must stay behind the real one: the connector goes by the earlier of the two. */
const LONG_AGO = Date.UTC(2024, 2, 4, 9);
const RHYTHMS: readonly Settings[] = [
  {},
  { overlap: 'never' },
  { overlap: 'never', reread: { issue_comments: '1d' } },
  { upserts: 'copy-on-write', overlap: 'never' },
  // A clean run comes 26 hours after the one before: all of these are due then, and in disturbed runs they mostly are not.
  { every: { issue_comments: '6h', issue_worklog: '1d', issue_changelog: '12h' } },
];
const OF_ISSUES = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'];
/** Asked for issue by issue, and told by no change of the issue. */
const OF_EACH_ISSUE = ['issue_watchers', 'issue_votes', 'issue_remote_links', 'issue_properties'];
/** What is read beside the issues: a world with few tables has more rounds in a minute. */
const BESIDE: readonly (readonly string[])[] = [
  [],
  ['worklog_updated', 'project_search', 'project_versions', 'project_components'],
  ['boards', 'board_configuration', 'board_sprints', 'board_issues', 'sprint_issues'],
  ['users_search', 'groups', 'group_members', 'statuses'],
  ['board_sprints', 'sprint_issues', 'project_versions', 'worklog_updated'],
  OF_EACH_ISSUE,
  [...OF_EACH_ISSUE, 'worklog_deleted', 'labels', 'time_tracking'],
  [
    ...['labels', 'project_roles', 'application_roles', 'permissions', 'service_desks', 'request_types'],
    ...['organizations', 'organization_users', 'queues', 'plans', 'worklog_deleted'],
  ],
  [
    ...['custom_field_contexts', 'custom_field_options', 'project_role_projects', 'project_role_actors'],
    ...['project_roles', 'project_statuses', 'project_permission_schemes', 'dashboard_gadgets'],
  ],
  [
    ...['screens', 'screen_tabs', 'screen_tab_fields', 'issue_security_levels', 'issue_security_level_members'],
    ...['issue_type_schemes', 'issue_type_scheme_mappings', 'issue_type_scheme_projects'],
    ...['workflow_scheme_projects', 'security_scheme_projects', 'field_scheme_projects'],
    ...['issue_type_screen_schemes', 'issue_type_screen_scheme_mappings', 'issue_type_screen_scheme_projects'],
  ],
];

function baseOf(deployment: World['deployment'], draw: Draw): Settings {
  const rhythm = draw.pick(RHYTHMS);
  // All that is read by default.
  if (draw.chance(0.1)) return rhythm;
  // A site that is asked by name for what it does not have fails the run.
  const beside = draw.pick(BESIDE).filter((stream) => registry.get(stream).not_on?.[deployment] === undefined);
  const extras = OF_EACH_ISSUE.filter((stream) => beside.includes(stream));
  return {
    ...rhythm,
    streams: [...OF_ISSUES, ...beside],
    ...(rhythm.reread ? { reread: { ...rhythm.reread, ...daily(extras) } } : {}),
    ...(extras.length > 0 ? { issue_properties: PROPERTY_KEYS } : {}),
  };
}

const daily = (streams: readonly string[]) => Object.fromEntries(streams.map((stream) => [stream, '1d']));

/** @param number which world of the seed */
export async function makeWorld(seed: number, number: number): Promise<World> {
  const draw = new Draw(seed, SALT, number);
  const deployment = draw.chance(0.2) ? 'datacenter' : 'cloud';
  const base = baseOf(deployment, draw);
  const jira = await startSimulator({
    seed: draw.int(1, 1000),
    deployment,
    issues: draw.pick([50, 120, 220]),
    projects: draw.int(4, 7),
    boards: draw.int(2, 6),
    sprints: draw.int(0, 12),
    users: draw.int(12, 70),
    groups: draw.pick([3, 8, 25]),
    watched: 0.5,
    voted: 0.3,
    perIssue: draw.chance(0.3) ? null : { comments: 2, worklogs: 1, histories: 2 },
    indexLagMs: draw.chance(0.3) ? 10 * 60_000 : 0,
    now: LONG_AGO,
    fixedClock: true,
  });
  const cwd = mkdtempSync(join(tmpdir(), 'soak-'));
  const disk = smallDisk(join(cwd, 'disk'));
  const root = join(cwd, 'disk', 'warehouse');
  const secrets = { SOAK_TOKEN: jira.apiToken, SOAK_PAT: jira.pat };
  let runs = 0;
  let requestsOfAll = 0;
  const configure = (change: Settings): string => {
    runs += 1;
    const file = `sync-${runs}.yaml`;
    writeFileSync(join(cwd, file), settingsText(jira, deployment, { ...base, ...change }));
    return file;
  };
  const argvOf = (flags: readonly string[], change: Settings) => [
    'sync',
    '--config',
    configure(change),
    '--json',
    ...flags,
  ];
  const envOf = (failpoint?: string) => ({
    ...secrets,
    ...(failpoint === undefined ? {} : { CONNECTOR_FAILPOINT: failpoint }),
  });
  return {
    jira,
    deployment,
    base,
    untouched: base.reread !== undefined,
    disk,
    get requestsOfAll() {
      return requestsOfAll;
    },
    sync: async (flags = [], change = {}, { failpoint, signal } = {}) => {
      const ran = await runMain(argvOf(flags, change), { cwd, env: envOf(failpoint), signal });
      requestsOfAll ||= jira.requests.total();
      return ran;
    },
    syncChild: (flags = [], change = {}, failpoint) => startCli(argvOf(flags, change), { cwd, env: envOf(failpoint) }),
    maintain: () => runMain(['maintain', '--config', configure({})], { cwd, env: secrets }),
    rows: (sqls) =>
      reading(root, async (read) => {
        const answers: Record<string, unknown>[][] = [];
        for (const sql of sqls) answers.push(await read(sql));
        return answers;
      }),
    tables: async () => {
      const warehouse = await openForReading({ root: root });
      try {
        if (warehouse.problems.length > 0) throw new Error(warehouse.problems.join('\n'));
        return warehouse.tables.map(({ name }) => name);
      } finally {
        warehouse.close();
      }
    },
    close: async () => {
      await jira.close();
      disk?.close();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

async function reading<T>(
  root: string,
  use: (read: (sql: string) => Promise<Record<string, unknown>[]>) => Promise<T>,
): Promise<T> {
  const warehouse = await openForReading({ root });
  try {
    return await use(async (sql) => (await warehouse.read(sql)).getRowObjectsJson() as Record<string, unknown>[]);
  } finally {
    warehouse.close();
  }
}

/** A secret is named in the settings, never written there. */
const reference = (variable: string): string => `$${`{${variable}}`}`;

/** JSON is YAML. */
function settingsText(jira: Simulator, deployment: World['deployment'], settings: Settings): string {
  const auth =
    deployment === 'cloud'
      ? { type: 'basic', email: jira.email, api_token: reference('SOAK_TOKEN') }
      : { type: 'pat', token: reference('SOAK_PAT') };
  const connection = { name: 'jira', url: jira.url, auth, throttle: { requests_per_second: 100 }, ...settings };
  return JSON.stringify({ warehouse: 'disk/warehouse', connections: [connection] });
}
