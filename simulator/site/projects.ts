import type { Project, SiteOptions } from '../model.js';
import type { Draw } from '../random.js';
import { drawOf } from './draw.js';

const DAY_MS = 86_400_000;

const KNOWN: readonly { key: string; name: string }[] = [
  { key: 'ENG', name: 'Engineering' },
  { key: 'OPS', name: 'Opérations & Infra' },
  { key: 'MOB', name: 'Mobile 📱' },
  { key: 'HELP', name: 'Help Desk – Kundendienst' },
  { key: 'OLD', name: 'Legacy "2.x" archive' },
  { key: 'GONE', name: 'Abandoned / 廃止' },
];
const COMPONENTS = [
  'API',
  'Benutzeroberfläche',
  'Billing & Invoices',
  'データベース',
  'Mobile',
  'Docs',
  'Search/Index',
  'CI',
];

/** The site's project categories; projects name them by id. */
export const CATEGORIES = [
  { id: '10000', name: 'Product', description: 'What customers see' },
  { id: '10001', name: 'Betrieb & Infrastruktur', description: '' },
  { id: '10002', name: 'Backoffice 🗂️', description: 'Finance, people, legal' },
] as const;

/** Who leads is drawn from `leadIds`. The last project is deleted, the one before it archived, once there are four. */
export function makeProjects(options: SiteOptions, leadIds: readonly string[]): Project[] {
  return Array.from({ length: options.projects }, (_, number) => makeProject(options, leadIds, number));
}

function makeProject(options: SiteOptions, leadIds: readonly string[], number: number): Project {
  const draw = drawOf(options.seed, 'project', number);
  const { key, name } = KNOWN[number] ?? { key: `P${number}X`, name: `Project ${number} · проект` };
  return {
    id: String(10_000 + number),
    key,
    name,
    state: stateOf(number, options.projects),
    style: number % 6 === 2 ? 'next-gen' : 'classic',
    projectTypeKey: typeOf(number),
    leadId: draw.pick(leadIds),
    ...(number % 4 === 3 ? {} : { categoryId: String(10_000 + (number % 3)) }),
    versions: makeVersions(options, draw, number),
    components: makeComponents(leadIds, draw, number),
  };
}

function stateOf(number: number, projects: number): Project['state'] {
  if (projects < 4) {
    return 'live';
  }
  if (number === projects - 1 || number % 19 === 18) {
    return 'deleted';
  }
  return number === projects - 2 || number % 17 === 16 ? 'archived' : 'live';
}

function typeOf(number: number): string {
  if (number % 6 === 3) {
    return 'service_desk';
  }
  return number % 6 === 4 ? 'business' : 'software';
}

/** Between none and 13 versions; some have no dates, some are archived, names repeat between projects. */
function makeVersions(options: SiteOptions, draw: Draw, project: number): Project['versions'] {
  const count = project === 0 ? 60 : draw.int(0, 13);
  return Array.from({ length: count }, (_, number) => {
    const released = number < count / 2;
    const start = options.now - (count - number) * 30 * DAY_MS;
    return {
      id: String(10_000 + project * 100 + number),
      name: number % 5 === 4 ? `Größeres Release ${number} 🎉` : `${1 + Math.floor(number / 10)}.${number % 10}`,
      released,
      archived: released && number % 4 === 0,
      ...(number % 3 === 0 ? {} : { startDate: dateOnly(start), releaseDate: dateOnly(start + 30 * DAY_MS) }),
      ...(number % 2 === 0 ? { description: `Ships what was planned for part ${number}.` } : {}),
    };
  });
}

function makeComponents(leadIds: readonly string[], draw: Draw, project: number): Project['components'] {
  return COMPONENTS.slice(0, draw.int(0, COMPONENTS.length)).map((name, number) => ({
    id: String(10_000 + project * 100 + number),
    name,
    ...(number % 3 === 1 ? {} : { leadId: draw.pick(leadIds) }),
    ...(number % 2 === 0 ? { description: `Everything about ${name}.` } : {}),
  }));
}

/** YYYY-MM-DD in UTC. */
function dateOnly(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
