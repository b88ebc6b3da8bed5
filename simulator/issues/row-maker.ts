/** What each issue of a new site is: project, type, parent, dates, status, people, sprint, and how much hangs on it. */

import type { Directory, SiteOptions } from '../model.js';
import { Draw, pickAt, SALT, unit } from '../random.js';
import { countsOf } from './issue-mix.js';
import { addChild, emptyTable, type IssueTable, NONE } from './issue-table.js';

const DAY = 86_400_000;
const SITE_AGE = 3 * 365 * DAY;
/** Nothing made at the start is younger than this: feeds leave out the last minute. */
const QUIET = 10 * 60_000;

/** Makes the table of a whole site; time and memory are linear in `options.issues`. */
export function makeIssueTable(options: SiteOptions, directory: Directory): IssueTable {
  const table = emptyTable(options.issues, directory.projects.length);
  const maker = new RowMaker(options, directory, table);
  for (let place = 0; place < options.issues; place += 1) maker.make(place);
  table.size = options.issues;
  return table;
}

/** Fills row after row; remembers per project what can be a parent. */
class RowMaker {
  private readonly live: number[];
  private readonly epics: number[];
  private readonly standards: number[];
  private readonly types: { epic: number; subtasks: number[]; standard: number[] };
  private readonly statuses: Record<'new' | 'indeterminate' | 'done', number[]>;
  private readonly sprintsOfProject: Map<string, number[]>;
  /** Moments of bulk changes: many issues share one of these as `updated`. */
  private readonly bulkChanges: number[];

  constructor(
    private readonly options: SiteOptions,
    private readonly directory: Directory,
    private readonly table: IssueTable,
  ) {
    this.live = placesWhere(directory.projects, (project) => project.state === 'live');
    this.epics = new Array<number>(directory.projects.length).fill(NONE);
    this.standards = new Array<number>(directory.projects.length).fill(NONE);
    this.types = {
      epic: directory.issueTypes.findIndex((type) => type.hierarchyLevel > 0),
      subtasks: placesWhere(directory.issueTypes, (type) => type.subtask),
      standard: placesWhere(directory.issueTypes, (type) => !type.subtask && type.hierarchyLevel === 0),
    };
    this.statuses = {
      new: placesWhere(directory.statuses, (status) => status.category === 'new'),
      indeterminate: placesWhere(directory.statuses, (status) => status.category === 'indeterminate'),
      done: placesWhere(directory.statuses, (status) => status.category === 'done'),
    };
    this.sprintsOfProject = sprintsByProject(directory);
    this.bulkChanges = Array.from(
      { length: 20 },
      (_, n) => this.latest() - Math.floor(unit(options.seed, SALT.dates, n, 77) * SITE_AGE),
    );
  }

  make(place: number): void {
    const { table, options } = this;
    const draw = new Draw(options.seed, SALT.details, place);
    const project = this.live[Math.floor(draw.next() ** 1.5 * this.live.length)] ?? 0;
    const number = (table.lastNumber[project] ?? 0) + 1;
    table.lastNumber[project] = number;
    table.project[place] = project;
    table.number[place] = number;
    table.visible[place] = 1;
    this.setKind(place, project, draw);
    this.setDates(place);
    table.status[place] = this.statusFor(place, draw);
    table.priority[place] = Math.floor(draw.next() ** 0.7 * this.directory.priorities.length);
    table.assignee[place] = draw.chance(0.2) ? NONE : Math.floor(draw.next() * this.directory.people.length);
    table.sprint[place] = this.sprintFor(place, draw);
    this.setCounts(place);
  }

  private setKind(place: number, project: number, draw: Draw): void {
    const { table } = this;
    const share = draw.next();
    const standard = this.standards[project] ?? NONE;
    table.parent[place] = NONE;
    if (share < 0.06 && this.types.epic >= 0) {
      table.type[place] = this.types.epic;
      this.epics[project] = place;
    } else if (share < 0.2 && standard !== NONE && this.types.subtasks.length > 0) {
      table.type[place] = draw.pick(this.types.subtasks);
      table.parent[place] = standard;
      addChild(table, standard, place);
    } else {
      table.type[place] = draw.pick(this.types.standard);
      this.standards[project] = place;
      if (draw.chance(0.4)) table.parent[place] = this.epics[project] ?? NONE;
    }
  }

  private setDates(place: number): void {
    const { seed, issues } = this.options;
    const latest = this.latest();
    const step = SITE_AGE / Math.max(1, issues);
    const created = Math.floor(latest - SITE_AGE + (place + unit(seed, SALT.dates, place, 1) * 0.9) * step);
    const age = latest - created;
    let updated = Math.floor(created + unit(seed, SALT.dates, place, 2) ** 2 * age);
    if (unit(seed, SALT.dates, place, 3) < 0.08) {
      const moment = pickAt(this.bulkChanges, unit(seed, SALT.dates, place, 4));
      if (moment > created) updated = moment;
    }
    this.table.created[place] = created;
    this.table.updated[place] = updated;
    this.table.madeUntil[place] = updated;
  }

  private statusFor(place: number, draw: Draw): number {
    const age = (this.latest() - (this.table.created[place] ?? 0)) / SITE_AGE;
    const share = draw.next();
    if (share < 0.15 + age * 0.75) return draw.pick(this.statuses.done);
    return draw.pick(share < 0.6 + age * 0.3 ? this.statuses.indeterminate : this.statuses.new);
  }

  private sprintFor(place: number, draw: Draw): number {
    const { table, directory } = this;
    const parent = table.parent[place] ?? NONE;
    const type = directory.issueTypes[table.type[place] ?? 0];
    if (type?.subtask === true && parent !== NONE) return table.sprint[parent] ?? NONE;
    const sprints = this.sprintsOfProject.get(directory.projects[table.project[place] ?? 0]?.id ?? '') ?? [];
    if (sprints.length === 0 || type?.hierarchyLevel !== 0 || !draw.chance(0.6)) return NONE;
    return draw.pick(sprints);
  }

  private setCounts(place: number): void {
    const { table } = this;
    const counts = countsOf(this.options, place);
    table.commentsBefore[place + 1] = (table.commentsBefore[place] ?? 0) + counts.comments;
    table.worklogsBefore[place + 1] = (table.worklogsBefore[place] ?? 0) + counts.worklogs;
    table.historiesBefore[place + 1] = (table.historiesBefore[place] ?? 0) + counts.histories;
  }

  private latest(): number {
    return this.options.now - QUIET;
  }
}

function placesWhere<T>(list: readonly T[], test: (entry: T) => boolean): number[] {
  return list.flatMap((entry, place) => (test(entry) ? [place] : []));
}

function sprintsByProject(directory: Directory): Map<string, number[]> {
  const projectOf = new Map(directory.boards.map((board) => [board.id, board.projectId]));
  const found = new Map<string, number[]>();
  for (const [place, sprint] of directory.sprints.entries()) {
    const project = projectOf.get(sprint.boardId) ?? '';
    found.set(project, [...(found.get(project) ?? []), place]);
  }
  return found;
}
