/** Where the pages' examples are played: one simulated site, one warehouse with all that is read by default. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { bash, type Ended, layCommands } from './shell.js';

export interface Stage {
  /** The tables are in `warehouse` below it. */
  readonly folder: string;
  /** What stands in the pages, and what stands in for it here. */
  readonly standIns: ReadonlyMap<string, string>;
  /** In that folder, one script at a time. */
  run(script: string): Promise<Ended>;
  /** In a folder of its own, beside others: for scripts that only read the tables. Wants the settings. */
  runBeside(script: string): Promise<Ended>;
  /** README.md begins with variables alone; other pages have a `sync.yaml` with the connections `jira` and `acme`. */
  useSettings(): Promise<void>;
  close(): Promise<void>;
}

const settingsOf = ({ url, email }: Simulator, warehouse = './warehouse') => `warehouse: ${warehouse}
connections:
  - name: jira
    url: ${url}
    auth: { type: basic, email: ${email}, api_token: "\${JIRA_API_TOKEN}" }
  - name: acme
    url: ${url}
    auth: { type: basic, email: ${email}, api_token: "\${JIRA_API_TOKEN}" }
    streams: [issue_search, issue_worklog, boards, users_search]
`;

const STAYS = ['warehouse', 'sync.yaml', 'jira.env', 'holidays.ics'];

const HOLIDAYS = [
  'BEGIN:VCALENDAR',
  'BEGIN:VEVENT',
  'DTSTART;VALUE=DATE:20261225',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

const withNull = (body: unknown) => {
  const page = body as { readonly values: readonly unknown[] };
  return { ...page, values: [...page.values, null] };
};

export async function openStage(): Promise<Stage> {
  const jira = await startSimulator({ issues: 150, projects: 3, users: 20, groups: 3 });
  const home = mkdtempSync(join(tmpdir(), 'pages-'));
  const folder = join(home, 'work');
  layCommands(join(home, 'bin'));
  mkdirSync(folder);
  const env = {
    PATH: `${join(home, 'bin')}:${process.env.PATH}`,
    HOME: home,
    NO_COLOR: '1',
    JIRA_URL: jira.url,
    JIRA_EMAIL: jira.email,
    JIRA_API_TOKEN: jira.apiToken,
    CONNECTOR_REQUESTS_PER_SECOND: '100',
  };
  const standIns = new Map([
    ['https://acme.atlassian.net', jira.url],
    ['JIRA_API_TOKEN=…', `JIRA_API_TOKEN=${jira.apiToken}`],
    ['/srv/jira', folder],
    ['/data/', `${home}/`],
    ['--group engineering', '--group jira-software-users'],
  ]);
  const stage = {
    folder,
    standIns,
    run: (script: string) => {
      // A block does not find what another one wrote: most commands write over no file.
      for (const file of readdirSync(folder))
        if (!STAYS.includes(file)) rmSync(join(folder, file), { recursive: true });
      return bash(script, folder, env);
    },
    runBeside(script: string) {
      const beside = mkdtempSync(join(home, 'beside-'));
      writeFileSync(join(beside, 'sync.yaml'), settingsOf(jira, join(folder, 'warehouse')));
      writeFileSync(join(beside, 'holidays.ics'), HOLIDAYS);
      return bash(script, beside, env);
    },
    async close() {
      await jira.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
  // A record that does not fit and an issue whose comments are refused: pages ask for what is noted of them, and the next run mends it.
  jira.faults.add({ match: /^GET \/rest\/api\/3\/label/, rewrite: withNull });
  jira.faults.add({ match: /^GET \/rest\/api\/3\/issue\/\d+\/comment/, status: 403 });
  await stage.run('connector sync --quiet');
  writeFileSync(join(folder, 'holidays.ics'), HOLIDAYS);
  const variables = Object.entries(env).filter(([name]) => /^(JIRA|CONNECTOR)_/.test(name));
  writeFileSync(join(folder, 'jira.env'), variables.map(([name, value]) => `${name}=${value}\n`).join(''));
  return { ...stage, useSettings: once(() => addSettings(stage, jira)) };
}

async function addSettings(stage: Pick<Stage, 'folder' | 'run'>, jira: Simulator): Promise<void> {
  writeFileSync(join(stage.folder, 'sync.yaml'), settingsOf(jira));
  await mustRun(stage, 'connector sync --quiet --connection acme');
}

async function mustRun({ run }: Pick<Stage, 'run'>, script: string): Promise<void> {
  const { status, said } = await run(script);
  if (status !== 0) throw new Error(`The warehouse of the examples could not be made: ${said}`);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let begun: Promise<void> | undefined;
  return () => {
    begun ??= work();
    return begun;
  };
}
