/** Runs that go wrong: faults of the site, sudden death, full disks, two at once, other settings; all of it drawn from the seed. */
import { FAULT_KINDS, type FaultName, faultsOf, PASSING_STATUSES } from '../../simulator/fault-kinds.js';
import type { FaultKind } from '../../simulator/fault-parts.js';
import type { Draw } from '../../simulator/random.js';
import { anyIssue, change } from './actions.js';
import { wrongWith } from './check.js';
import type { Settings, World } from './world.js';

/** What one disturbed run was, in a line, and what was wrong with it beyond what was done to it. */
export interface Disturbed {
  readonly said: string;
  readonly wrong: readonly string[];
}

const DAY = 86_400_000;
/** So many commits a run makes at most, or nearly. */
const COMMITS = 14;
/** A moment in a run, in requests: the early ones more often, since most runs are short. */
const moment = (world: World, draw: Draw): number => Math.floor(draw.next() ** 2 * world.requestsOfAll);

export async function disturbedRun(world: World, draw: Draw): Promise<Disturbed> {
  const { flags, settings, said } = settingsOf(world, draw);
  const how = draw.pick(WAYS);
  const faults = how.child ? [] : armFaults(world, draw);
  const edits = armEdits(world, draw);
  const done = await how.run(world, draw, flags, settings);
  world.jira.faults.clear();
  return {
    said: [how.name, ...said, ...faults, ...(edits > 0 ? [`${edits} edits meanwhile`] : []), done.said].join(', '),
    wrong: done.wrong,
  };
}

interface Way {
  readonly name: string;
  /** In a process of its own, whose waits are real. */
  readonly child?: true;
  readonly run: (world: World, draw: Draw, flags: readonly string[], settings: Settings) => Promise<Disturbed>;
}

const plain: Way = {
  name: 'sync',
  run: async (world, _draw, flags, settings) => {
    const { exitCode, stdout, stderr } = await world.sync(flags, settings);
    return { said: `exit ${exitCode}`, wrong: wrongWith(stdout, stderr) };
  },
};

const badDisk: Way = {
  name: 'sync on a bad disk',
  run: async (world, draw, flags, settings) => {
    const failpoint = `FP${draw.int(1, 10)}:${draw.int(1, COMMITS)}:${draw.pick(['ENOSPC', 'EIO'])}`;
    const { exitCode, stdout, stderr } = await world.sync(flags, settings, { failpoint });
    return { said: `${failpoint} exit ${exitCode}`, wrong: wrongWith(stdout, stderr) };
  },
};

/** A disk that is really full before the run is through; a bad one where none can be mounted. */
const filledDisk: Way = {
  name: 'sync on a full disk',
  // The lock of a table cannot be given back on a full disk: it is free when the process has ended.
  child: true,
  run: async (world, draw, flags, settings) => {
    const { disk } = world;
    if (disk === null) return badDisk.run(world, draw, flags, settings);
    const leave = draw.int(0, 600) * 1024;
    disk.fill(leave);
    try {
      const cli = world.syncChild(flags, settings);
      const { code } = await cli.ended;
      return { said: `${leave} bytes free, exit ${code}`, wrong: wrongWith(cli.stdout(), cli.stderr()) };
    } finally {
      disk.free();
    }
  },
};

/** As by SIGINT: requests under way end, whole commits stay. */
const interrupted: Way = {
  name: 'interrupted sync',
  run: async (world, draw, flags, settings) => {
    const stop = new AbortController();
    const after = moment(world, draw);
    world.jira.faults.add({ match: '*', after, before: () => stop.abort() });
    const { exitCode, stdout, stderr } = await world.sync(flags, settings, { signal: stop.signal });
    return { said: `at request ${after}, exit ${exitCode}`, wrong: wrongWith(stdout, stderr) };
  },
};

const killedAtFailpoint: Way = {
  name: 'killed sync',
  child: true,
  run: async (world, draw, flags, settings) => {
    const failpoint = `FP${draw.int(1, 10)}:${draw.int(1, COMMITS)}:kill`;
    const { code, signal } = await world.syncChild(flags, settings, failpoint).ended;
    return { said: `${failpoint} ended by ${signal ?? code}`, wrong: [] };
  },
};

const killedAfterRequests: Way = {
  name: 'killed sync',
  child: true,
  run: async (world, draw, flags, settings) => {
    const after = moment(world, draw);
    const cli = world.syncChild(flags, settings);
    world.jira.faults.add({ match: '*', after, before: () => void cli.child.kill('SIGKILL') });
    const { code, signal } = await cli.ended;
    return { said: `at request ${after} ended by ${signal ?? code}`, wrong: [] };
  },
};

const twoAtOnce: Way = {
  name: 'two syncs at once',
  child: true,
  run: async (world, _draw, flags, settings) => {
    const cli = world.syncChild(flags, settings);
    await new Promise<void>((resolve) => {
      world.jira.faults.add({ match: '*', before: resolve });
      cli.ended.then(() => resolve());
    });
    const { exitCode, stdout, stderr } = await world.sync();
    const { code } = await cli.ended;
    return {
      said: `exit ${exitCode} and ${code}`,
      wrong: [...wrongWith(stdout, stderr), ...wrongWith(cli.stdout(), cli.stderr())],
    };
  },
};

const maintained: Way = {
  name: 'sync with maintain beside it',
  child: true,
  run: async (world, draw, flags, settings) => {
    const cli = world.syncChild(flags, settings);
    const after = moment(world, draw);
    await new Promise<void>((resolve) => {
      world.jira.faults.add({ match: '*', after, before: resolve });
      cli.ended.then(() => resolve());
    });
    const { exitCode } = await world.maintain();
    const { code } = await cli.ended;
    return { said: `exit ${code}, maintain ${exitCode}`, wrong: wrongWith(cli.stdout(), cli.stderr()) };
  },
};

/** The plain way more often: faults are armed for it. */
const WAYS: readonly Way[] = [
  ...[plain, plain, plain, plain, plain, badDisk, filledDisk, interrupted],
  ...[killedAtFailpoint, killedAfterRequests, twoAtOnce, maintained],
];

interface Chosen {
  readonly flags: readonly string[];
  readonly settings: Settings;
  readonly said: readonly string[];
}

function settingsOf(world: World, draw: Draw): Chosen {
  const chosen = draw.pick<(world: World, draw: Draw) => Omit<Chosen, 'said'>>([
    ...[usual, usual, usual, usual],
    () => ({ flags: ['--full-refresh'], settings: {} }),
    ({ jira }) => ({ flags: ['--start', day(jira.now() - draw.int(0, 20) * DAY)], settings: {} }),
    ({ jira }) => ({ flags: [], settings: { start: day(jira.now() - draw.int(0, 400) * DAY) } }),
    ({ jira }) => ({ flags: [], settings: { projects: draw.some(keys(jira), 1, 2) } }),
    () => ({ flags: [], settings: { census: 'never' } }),
    () => ({ flags: streamFlags(world, draw), settings: {} }),
    () => ({ flags: streamFlags(world, draw), settings: {} }),
  ])(world, draw);
  const said = [...chosen.flags, ...Object.entries(chosen.settings).map(([name, value]) => `${name}=${value}`)];
  return { ...chosen, said };
}

const usual = (): Omit<Chosen, 'said'> => ({ flags: [], settings: {} });
const day = (moment: number): string => new Date(moment).toISOString().slice(0, 10);
const keys = ({ site }: World['jira']): string[] =>
  site.directory.projects.filter(({ state }) => state === 'live').map(({ key }) => key);

const NAMED = [
  'issue_search',
  'issue_comments',
  'issue_worklog',
  'issue_changelog',
  'worklog_updated',
  'boards',
  'board_sprints',
  'sprint_issues',
  'project_search',
  'project_versions',
];
const streamFlags = ({ base }: World, draw: Draw): string[] =>
  draw.some([...new Set([...NAMED, ...(base.streams ?? [])])], 1, 4).flatMap((stream) => ['--stream', stream]);

/** Some faults of this kind of site; their names. */
function armFaults(world: World, draw: Draw): string[] {
  const names = (Object.keys(FAULT_KINDS) as FaultName[]).filter((name) => {
    const { only = world.deployment }: FaultKind = FAULT_KINDS[name];
    return only === world.deployment;
  });
  return draw.some(names, 0, 3).map((name) => {
    const aim = aimOf(world, name, draw);
    for (const fault of faultsOf(name, aim)) world.jira.faults.add(fault);
    return `${name}${JSON.stringify({ ...aim, now: undefined })}`;
  });
}

const UNAUTHORIZED = [
  ...['statuses/search', 'group/member', 'project/\\d+/version', 'dashboard'],
  ...['issue/\\d+/watchers', 'issue/\\d+/remotelink', 'screens', 'servicedesk'],
];
const EVERYWHERE: ReadonlySet<FaultName> = new Set([
  'clock_ahead',
  'passing_status',
  'limited_a_moment',
  'broken_off',
  'lost_after_work',
  'bad_gzip',
  'signed_out',
]);

function aimOf(world: World, name: FaultName, draw: Draw) {
  const { jira } = world;
  const { boards, projects } = jira.site.directory;
  if (EVERYWHERE.has(name))
    return {
      after: moment(world, draw),
      // Ahead of both clocks: the site's own stands in the past.
      now: Date.now(),
      ...(name === 'passing_status' ? { status: draw.pick(PASSING_STATUSES) } : {}),
    };
  if (name === 'board_refused') return { id: draw.pick(boards).id, status: draw.pick([422, 400, 500, 403]) };
  if (name === 'project_parts_refused') return { id: draw.pick(projects).id, status: draw.pick([500, 403]) };
  if (name === 'operation_unauthorized') return { id: draw.pick(UNAUTHORIZED) };
  if (name.endsWith('_capped')) return { size: draw.int(2, 20) };
  if (/^(comments|issue_parts|inline|total)_/.test(name) && draw.chance(0.8))
    return { id: draw.chance(0.5) ? busiestIssue(jira) : anyIssue(draw, jira) };
  return { after: draw.int(0, 2) };
}

/** The site changes while it is read: at requests drawn from the seed. */
function armEdits(world: World, draw: Draw): number {
  const count = draw.chance(0.4) ? draw.int(1, 4) : 0;
  for (let n = 0; n < count; n += 1)
    world.jira.faults.add({ match: '*', after: moment(world, draw), before: () => void change(world, draw) });
  return count;
}

/** Its comments do not fit inside a page of issues, so that they are asked for on their own. */
function busiestIssue({ site }: World['jira']): string {
  const { table, comments } = site;
  let busiest = table.visible.indexOf(1);
  for (let place = 0; place < table.size; place += 1)
    if (table.visible[place] === 1 && comments.countOf(place) > comments.countOf(busiest)) busiest = place;
  return site.idOf(busiest);
}
