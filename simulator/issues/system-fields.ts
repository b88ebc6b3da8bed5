/** The value of each system field of an issue, as Jira sends it; a field is made only when it was asked for. */

import { jiraDate, jiraTime } from '../clock.js';
import { Draw, hash, SALT, unit } from '../random.js';
import { plainDocument, richDocument } from './adf.js';
import { commentJson, type RichText, richText, worklogJson } from './child-shapes.js';
import { lastMove } from './histories.js';
import { childrenOf, NONE } from './issue-table.js';
import { madeLabels, madePerson, madeSummary } from './past.js';
import type { Shapes } from './shapes.js';
import type { SiteIssues } from './site-issues.js';
import { resolutionOf } from './status-past.js';
import { duration } from './worklogs.js';

/** One issue while it is being written. */
export interface Scene {
  readonly site: SiteIssues;
  readonly shapes: Shapes;
  readonly place: number;
  readonly form: RichText;
  /** Comments that are shown inside the issue. */
  readonly commentCap: number;
}

type Placed = Pick<Scene, 'site' | 'place'>;

export type FieldMaker = (scene: Scene) => unknown;

/** Comments and worklogs inside an issue stop here, whatever their number; `total` tells. */
export const INLINE_CAP = 20;
/** `undefined`: the field is left out of the issue, as Jira does with an absent parent. */
const ABSENT = undefined;

/** Whose credentials are used. */
const CALLER = 0;
const DAY = 86_400_000;
const at = (scene: Scene, column: 'created' | 'updated'): number => scene.site.table[column][scene.place] ?? 0;
const row = (scene: Scene, column: 'project' | 'type' | 'status' | 'priority' | 'assignee'): number =>
  scene.site.table[column][scene.place] ?? 0;
const share = (scene: Placed, n: number): number => unit(scene.site.options.seed, SALT.text, scene.place, n);
const draw = (scene: Scene, n: number): Draw => new Draw(scene.site.options.seed, SALT.text + n * 50, scene.place);
const person = (scene: Scene, n: number): unknown => scene.shapes.user(madePerson(scene.site, scene.place, n));
const isDone = (scene: Scene): boolean => scene.site.directory.statuses[row(scene, 'status')]?.category === 'done';
const within = (scene: Scene, fraction: number): number =>
  Math.floor(at(scene, 'created') + fraction * (at(scene, 'updated') - at(scene, 'created')));
const categoryMoved = ({ site, place }: Scene): number => site.categoryMoved.get(place) ?? lastMove(site, place);

/** Seconds: as edited, else as the seed made it. */
function estimate(scene: Placed): number | null {
  const edits = scene.site.fieldEdits.get(scene.place);
  if (edits?.has('timeoriginalestimate') === true) return edits.get('timeoriginalestimate') as number | null;
  return share(scene, 5) < 0.5 ? null : 3600 * (1 + Math.floor(share(scene, 6) * 40));
}

const spent = (scene: Placed): number | null => scene.site.secondsSpent(scene.place);

function remaining(scene: Placed): number | null {
  const edits = scene.site.fieldEdits.get(scene.place);
  if (edits?.has('timeestimate') === true) return edits.get('timeestimate') as number | null;
  const planned = estimate(scene);
  return planned === null ? null : Math.max(0, planned - (spent(scene) ?? 0));
}

/** Seconds that are still planned for an issue, null without an estimate. */
export const remainingOf = (site: SiteIssues, place: number): number | null => remaining({ site, place });

function progress(scene: Scene): unknown {
  const done = spent(scene) ?? 0;
  const total = done + (remaining(scene) ?? 0);
  return total === 0 ? { progress: 0, total: 0 } : { progress: done, total, percent: Math.floor((100 * done) / total) };
}

function timeTracking(scene: Scene): unknown {
  const [planned, rest, done] = [estimate(scene), remaining(scene), spent(scene)];
  return {
    ...(planned === null ? {} : { originalEstimate: duration(planned), originalEstimateSeconds: planned }),
    ...(rest === null ? {} : { remainingEstimate: duration(rest), remainingEstimateSeconds: rest }),
    ...(done === null ? {} : { timeSpent: duration(done), timeSpentSeconds: done }),
  };
}

/** Another issue as it appears inside one: parent, sub-task, link. */
export function brief(scene: Scene, place: number): unknown {
  const { site, shapes } = scene;
  const other = { ...scene, place };
  return {
    id: site.idOf(place),
    key: site.keyAt(place),
    self: shapes.self(`issue/${site.idOf(place)}`),
    fields: {
      summary: fieldValue(other, 'summary'),
      status: fieldValue(other, 'status'),
      priority: fieldValue(other, 'priority'),
      issuetype: fieldValue(other, 'issuetype'),
    },
  };
}

/** Each link shows on both of its ends, and on none while the other one is hidden. */
function links(scene: Scene): unknown[] {
  const { site, shapes, place } = scene;
  return site.links.of(place).flatMap(({ id, type, from, to }) => {
    const other = from === place ? to : from;
    if (site.table.visible[other] !== 1) return [];
    const side = from === place ? 'outwardIssue' : 'inwardIssue';
    const self = shapes.self(`issueLink/${id}`);
    return [{ id: String(id), self, type: shapes.linkType(type), [side]: brief(scene, other) }];
  });
}

function attachments(scene: Scene): unknown[] {
  const { shapes, site, place } = scene;
  const count = Math.max(0, Math.floor(unit(site.options.seed, SALT.attachment, place) * 6) - 3);
  const seeded = Array.from({ length: count }, (_, n) => ({
    self: shapes.self(`attachment/${10_000 + place * 4 + n}`),
    id: String(10_000 + place * 4 + n),
    filename: n === 0 ? 'Bildschirmfoto größe.png' : `log ${n}.txt`,
    author: person(scene, 20 + n),
    created: jiraTime(within(scene, share(scene, 30 + n))),
    size: 1000 + (hash(site.options.seed, SALT.attachment, place, n) % 5_000_000),
    mimeType: n === 0 ? 'image/png' : 'text/plain',
    content: shapes.self(`attachment/content/${10_000 + place * 4 + n}`),
  }));
  return [...seeded, ...site.attachments.of(place).map((one) => site.attachments.shown(one, shapes))];
}

function comments(scene: Scene): unknown {
  const all = scene.site.comments.of(scene.place);
  const shown = all.slice(0, scene.commentCap).map((comment) => commentJson(scene.shapes, comment, scene.form));
  const self = scene.shapes.self(`issue/${scene.site.idOf(scene.place)}/comment`);
  return { comments: shown, self, maxResults: shown.length, total: all.length, startAt: 0 };
}

function worklogs(scene: Scene): unknown {
  const all = scene.site.worklogs.of(scene.place);
  const shown = all.slice(0, INLINE_CAP).map((worklog) => worklogJson(scene.shapes, worklog, scene.form));
  return { startAt: 0, maxResults: INLINE_CAP, total: all.length, worklogs: shown };
}

/** Up to `most` of a project's versions or components. */
function fromProject(scene: Scene, list: 'version' | 'component', n: number, most: number): unknown[] {
  const project = row(scene, 'project');
  const entries = scene.site.directory.projects[project]?.[`${list}s`] ?? [];
  const places = draw(scene, n).some([...entries.keys()], 0, most);
  return places.map((place) => scene.shapes[list](project, place));
}

const NOT_SECURED = { issuerestrictions: {}, shouldDisplay: true };

export const SYSTEM_FIELDS: Readonly<Record<string, FieldMaker>> = {
  summary: ({ site, place }) => madeSummary(site.seed, place),
  description: (scene) =>
    share(scene, 2) < 0.15 ? null : richText(richDocument(draw(scene, 2), scene.site.directory.people, 8), scene.form),
  environment: (scene) =>
    share(scene, 3) < 0.9 ? null : richText(plainDocument('Chrome 130 / macOS 15 – Größe L'), scene.form),
  issuetype: (scene) => scene.shapes.issueType(row(scene, 'type')),
  project: (scene) => scene.shapes.project(row(scene, 'project')),
  status: (scene) => scene.shapes.status(row(scene, 'status')),
  statusCategory: (scene) => scene.shapes.statusCategory(row(scene, 'status')),
  statuscategorychangedate: (scene) => jiraTime(categoryMoved(scene)),
  priority: (scene) => scene.shapes.priority(row(scene, 'priority')),
  resolution: (scene) => (isDone(scene) ? scene.shapes.resolution(resolutionOf(scene.site, scene.place)) : null),
  resolutiondate: (scene) => (isDone(scene) ? jiraTime(categoryMoved(scene)) : null),
  created: (scene) => jiraTime(at(scene, 'created')),
  updated: (scene) => jiraTime(at(scene, 'updated')),
  lastViewed: (scene) => (share(scene, 8) < 0.7 ? null : jiraTime(at(scene, 'updated'))),
  duedate: (scene) =>
    share(scene, 9) < 0.6 ? null : jiraDate(at(scene, 'created') + Math.floor(share(scene, 10) * 90) * DAY),
  labels: ({ site, place }) => madeLabels(site.seed, place),
  components: (scene) => fromProject(scene, 'component', 4, 2),
  versions: (scene) => fromProject(scene, 'version', 5, 1),
  fixVersions: (scene) => fromProject(scene, 'version', 6, 2),
  assignee: (scene) => scene.shapes.user(row(scene, 'assignee')),
  reporter: (scene) => person(scene, 1),
  creator: ({ site, shapes, place }) => shapes.user(site.creatorOf(place)),
  parent: (scene) => {
    const parent = scene.site.parentOf(scene.place);
    return parent === NONE ? ABSENT : brief(scene, parent);
  },
  subtasks: (scene) => {
    const { table, directory } = scene.site;
    const children = childrenOf(table, scene.place);
    const shown = children.filter(
      (child) => table.visible[child] === 1 && directory.issueTypes[table.type[child] ?? 0]?.subtask,
    );
    return shown.map((child) => brief(scene, child));
  },
  issuelinks: links,
  attachment: attachments,
  comment: comments,
  worklog: worklogs,
  timetracking: timeTracking,
  timespent: spent,
  timeestimate: remaining,
  timeoriginalestimate: estimate,
  aggregatetimespent: spent,
  aggregatetimeestimate: remaining,
  aggregatetimeoriginalestimate: estimate,
  progress,
  aggregateprogress: progress,
  workratio: (scene) => {
    const planned = estimate(scene);
    return planned === null ? -1 : Math.floor((100 * (spent(scene) ?? 0)) / planned);
  },
  votes: ({ site, shapes, place }) => ({
    self: shapes.self(`issue/${site.keyAt(place)}/votes`),
    votes: site.extras.votersOf(place).length,
    hasVoted: site.extras.votersOf(place).includes(CALLER),
  }),
  watches: ({ site, shapes, place }) => ({
    self: shapes.self(`issue/${site.keyAt(place)}/watchers`),
    watchCount: site.extras.watchersOf(place).length,
    isWatching: site.extras.watchersOf(place).includes(CALLER),
  }),
  security: () => null,
  issuerestriction: () => NOT_SECURED,
};

/** A system field's value with edits applied. */
export function fieldValue(scene: Scene, id: string): unknown {
  const edits = scene.site.fieldEdits.get(scene.place);
  if (edits?.has(id) === true) return edited(edits.get(id), scene.form);
  return SYSTEM_FIELDS[id]?.(scene);
}

/** Edits keep documents; version 2 shows them as markup. */
export function edited(value: unknown, form: RichText): unknown {
  const isDocument = typeof value === 'object' && value !== null && 'type' in value && value.type === 'doc';
  return isDocument ? richText(value as ReturnType<typeof plainDocument>, form) : value;
}
