/** The simulated Jira: starts a site on a free port of 127.0.0.1 and hands out the means to watch it, change it and break it. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Credentials } from './access.js';
import { SiteClock } from './clock.js';
import { serverDoor } from './datacenter/door.js';
import { OWNER_NAME } from './datacenter/people.js';
import { type ServerVersion, serverRoutes } from './datacenter/routes.js';
import { type Fault, FaultPlan } from './faults.js';
import { SiteEdits } from './issues/edits.js';
import { IssueDesk } from './issues/issue-desk.js';
import { SiteIssues } from './issues/site-issues.js';
import type { Directory, SiteOptions } from './model.js';
import { Atlassian } from './oauth/atlassian.js';
import { Router } from './router.js';
import { directoryRoutes } from './routes/directory-routes.js';
import { issueRoutes } from './routes/issues.js';
import { makeServer } from './server.js';
import { makeDirectory } from './site/directory.js';
import { EPIC_NAME } from './site/fields.js';
import { ALL_FEATURES, DEFAULT_SITE, type SiteFeatures } from './site/options.js';
import { RateLimit, type RequestLog, RequestRecorder } from './throttle-check.js';
import { withRules, writeRoutes } from './writes/routes.js';
import { usualRules, type WriteRules } from './writes/rules.js';
import { WriteDesk, type Writes } from './writes/write-desk.js';

export interface SimulatorOptions extends Partial<SiteOptions> {
  /** 0, the default: any free one. */
  readonly port?: number;
  /** Waited before every answer. */
  readonly latencyMs?: number;
  readonly faults?: readonly Fault[];
  /** Above this, 429 with `Retry-After: 1`; absent: no limit. */
  readonly rate?: { readonly perSecond: number };
  readonly features?: Partial<SiteFeatures>;
  /** What the site lets its caller write. */
  readonly writing?: Partial<WriteRules>;
  /** How long after a change the search still answers from before it; 0 by default. */
  readonly indexLagMs?: number;
  /** Data Center: version 2 alone, below `contextPath`, people by key and name. Cloud by default. */
  readonly deployment?: 'cloud' | 'datacenter';
  /** Which Data Center: 9 by default; 7 does not name its deployment, and writes sprints as texts of Java objects, as 8 does. */
  readonly serverVersion?: ServerVersion;
  /** Where a Data Center begins on its host; `/jira` by default. */
  readonly contextPath?: string;
  /** The site's clock stands still but for `edit.advance`; by default it runs with real time. */
  readonly fixedClock?: boolean;
}

export interface Simulator {
  /** Origin and context path, such as http://127.0.0.1:40123. */
  readonly url: string;
  /** On Data Center the login name. */
  readonly email: string;
  /** On Data Center the password. */
  readonly apiToken: string;
  readonly pat: string;
  /** What goes around the site at Atlassian: gateway, consent, tokens; with the credentials that are good there. */
  readonly atlassian: Atlassian;
  readonly site: SiteIssues;
  readonly requests: RequestLog;
  readonly faults: FaultPlan;
  readonly edit: SiteEdits;
  /** Rules of writing, and what was carried out. */
  readonly writes: Writes;
  /** The site's clock, epoch ms. */
  now(): number;
  close(): Promise<void>;
}

const SECRETS = { apiToken: 'simulated-api-token', pat: 'simulated-personal-access-token' };

/** The first person of the site owns the credentials. Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const siteOptions = { ...DEFAULT_SITE, ...definedOnly(options) };
  const directory = directoryOf(siteOptions, options.deployment);
  const site = new SiteIssues(siteOptions, directory);
  const clock = new SiteClock(siteOptions.now, options.fixedClock ?? false);
  const desk = new IssueDesk(site, options.indexLagMs ?? 0, () => clock.now(), options.deployment === 'datacenter');
  const [owner] = directory.people;
  const isServer = options.deployment === 'datacenter';
  const email = isServer ? OWNER_NAME : (owner?.emailAddress ?? '');
  const credentials: Credentials = { email, accountId: owner?.accountId ?? '', ...SECRETS };
  // Tokens live by real time: the site's clock may stand still.
  const atlassian = new Atlassian(credentials.email, Date.now);
  const recorder = new RequestRecorder();
  const faults = new FaultPlan(options.faults);
  const features = { ...ALL_FEATURES, ...options.features };
  if (!features.voting) site.unknownFields.add('votes');
  const edit = new SiteEdits(site, clock);
  const rules = { ...usualRules(), issueLinking: features.issueLinking, ...options.writing };
  const writes = new WriteDesk(desk, edit, rules);
  const routes = [
    ...issueRoutes(desk, features),
    ...writeRoutes(writes),
    ...directoryRoutes(directory, desk, features).map((route) => withRules(writes, route)),
  ];
  const door = isServer ? serverDoor(options.contextPath ?? '/jira', credentials) : null;
  const server = makeServer({
    router: new Router(isServer ? serverRoutes(routes, directory, desk, options.serverVersion ?? 9) : routes),
    door,
    credentials,
    atlassian,
    clock,
    faults,
    recorder,
    rate: options.rate === undefined ? undefined : new RateLimit(options.rate.perSecond),
    latencyMs: options.latencyMs ?? 0,
  });
  const url = `${await listen(server, options.port ?? 0)}${door?.contextPath ?? ''}`;
  return {
    url,
    email: credentials.email,
    ...SECRETS,
    atlassian,
    site,
    requests: recorder,
    faults,
    edit,
    writes,
    now: () => clock.now(),
    close: () => closed(server),
  };
}

/** Team-managed projects and their boards exist on Cloud alone; Data Center has names of epics. */
function directoryOf(options: SiteOptions, deployment: SimulatorOptions['deployment']): Directory {
  const directory = makeDirectory(options);
  if (deployment !== 'datacenter') return directory;
  return {
    ...directory,
    fields: [...directory.fields, EPIC_NAME],
    projects: directory.projects.map((project) => ({ ...project, style: 'classic' })),
    boards: directory.boards.map((board) => ({ ...board, type: board.type === 'simple' ? 'kanban' : board.type })),
  };
}

/** An option given as undefined must not hide the default. */
function definedOnly(options: SimulatorOptions): Partial<SiteOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
