/** All issues of the site: the table, what hangs on them, and the edits made since the start. */

import type { Directory, IssueIndex, SiteOptions } from '../model.js';
import { SALT, unit } from '../random.js';
import { Attachments } from './attachments.js';
import { Children } from './children.js';
import { type CommentRecord, makeComments } from './comments.js';
import { Extras } from './extras.js';
import { type HistoryRecord, makeHistories } from './histories.js';
import { FIRST_ISSUE_ID, type IssueTable, NONE } from './issue-table.js';
import { SiteLinks } from './links.js';
import { type MadeColumn, madePerson, type Past } from './past.js';
import { makeIssueTable } from './row-maker.js';
import { LABELS } from './words.js';
import { makeWorklogs, type WorklogRecord } from './worklogs.js';

const FIRST_COMMENT_ID = 10_000;
export const FIRST_WORKLOG_ID = 10_000;
const FIRST_HISTORY_ID = 100_000;

export interface WorklogTombstone {
  readonly worklogId: number;
  readonly at: number;
}

export class SiteIssues implements IssueIndex, Past {
  readonly table: IssueTable;
  readonly comments: Children<CommentRecord>;
  readonly worklogs: Children<WorklogRecord>;
  readonly histories: Children<HistoryRecord>;
  readonly extras: Extras;
  readonly attachments = new Attachments();
  /** Fields that queries do not know, because their feature is switched off. */
  readonly unknownFields = new Set<string>();
  readonly links: SiteLinks;
  /** Places of people who made an issue after the start, where that is told. */
  readonly creators = new Map<number, number>();
  /** Field values set by edits: place -> field id -> value as Jira would send it. */
  readonly fieldEdits = new Map<number, Map<string, unknown>>();
  /** When an edit last moved an issue to another category of status. */
  readonly categoryMoved = new Map<number, number>();
  readonly deletedWorklogs: WorklogTombstone[] = [];
  /** Issues that a security level keeps from this account. */
  readonly secured = new Set<number>();
  /** Issues in the order they were changed, created or hidden: what the search index has yet to learn. */
  readonly changes: { readonly place: number; readonly at: number }[] = [];
  /** Keys that issues had before they were moved. */
  readonly formerKeys = new Map<string, number>();
  /** Goes up with every edit: what was computed from the table before is stale. */
  version = 0;

  /** What the seed had put into columns that were edited since. */
  private readonly made = new Map<number, Partial<Record<MadeColumn, number>>>();
  private readonly projectPlaces: ReadonlyMap<string, number>;
  private keys: Map<string, number> | undefined;
  private keysVersion = NONE;
  private spent: { place: number; version: number; seconds: number | null } = {
    place: NONE,
    version: 0,
    seconds: null,
  };

  constructor(
    readonly options: SiteOptions,
    readonly directory: Directory,
  ) {
    this.table = makeIssueTable(options, directory);
    this.extras = new Extras(options, directory);
    this.links = new SiteLinks(options, directory);
    this.projectPlaces = new Map(directory.projects.map((project, place) => [project.id, place]));
    const { seed } = options;
    const { table } = this;
    this.comments = new Children({
      firstId: FIRST_COMMENT_ID,
      before: () => table.commentsBefore,
      make: (issue, firstId, count) => makeComments(seed, directory, table, issue, firstId, count),
    });
    this.worklogs = new Children({
      firstId: FIRST_WORKLOG_ID,
      before: () => table.worklogsBefore,
      make: (issue, firstId, count) => makeWorklogs(seed, directory, table, issue, firstId, count),
    });
    this.histories = new Children({
      firstId: FIRST_HISTORY_ID,
      before: () => table.historiesBefore,
      make: (issue, firstId, count) => makeHistories(this, issue, firstId, count),
    });
  }

  get seed(): number {
    return this.options.seed;
  }

  asMade(place: number, column: MadeColumn): number {
    return this.made.get(place)?.[column] ?? this.table[column][place] ?? NONE;
  }

  /** Before an edit of the column: its value now is that of the seed, unless one is known already. */
  keepMade(place: number, column: MadeColumn): void {
    this.made.set(place, { [column]: this.table[column][place] ?? NONE, ...this.made.get(place) });
  }

  idOf(place: number): string {
    return String(FIRST_ISSUE_ID + place);
  }

  keyAt(place: number): string {
    const project = this.directory.projects[this.table.project[place] ?? 0];
    return `${project?.key ?? ''}-${this.table.number[place] ?? 0}`;
  }

  keyOf(issueId: string): string {
    return this.keyAt(Number(issueId) - FIRST_ISSUE_ID);
  }

  /** Place of a visible issue by id, key or former key; undefined when there is none. */
  find(idOrKey: string): number | undefined {
    const place = /^\d+$/.test(idOrKey) ? Number(idOrKey) - FIRST_ISSUE_ID : this.placeOfKey(idOrKey.toUpperCase());
    return place !== undefined && this.table.visible[place] === 1 && place < this.table.size ? place : undefined;
  }

  idsOfProject(projectId: string): readonly string[] {
    const project = this.projectPlaces.get(projectId) ?? NONE;
    return this.idsWhere((place) => this.table.project[place] === project);
  }

  idsOfSprint(sprintId: string): readonly string[] {
    const sprint = this.directory.sprints.findIndex(({ id }) => id === sprintId);
    return sprint < 0 ? [] : this.idsWhere((place) => this.sprintsOf(place).includes(sprint));
  }

  /** The vocabulary of the seed, and what edits put on issues that can be seen. */
  labels(): readonly string[] {
    const edited = [...this.fieldEdits].filter(([place]) => this.table.visible[place] === 1);
    const added = edited.flatMap(([, fields]) => (fields.get('labels') ?? []) as readonly unknown[]);
    return [...new Set([...LABELS, ...added.filter((label) => typeof label === 'string')])];
  }

  creatorOf(place: number): number {
    return this.creators.get(place) ?? madePerson(this, place, 1);
  }

  /** Place of the parent or NONE; issues of a deleted epic have none. */
  parentOf(place: number): number {
    const parent = this.table.parent[place] ?? NONE;
    return this.table.visible[parent] === 1 ? parent : NONE;
  }

  /** Places in `directory.sprints`: the one it is in now, after one it was carried over from. */
  sprintsOf(place: number): number[] {
    return this.carried(place, this.table.sprint[place] ?? NONE);
  }

  carried(place: number, sprint: number): number[] {
    if (sprint === NONE) return [];
    const before = this.directory.sprints[sprint - 1];
    const wasCarriedOver =
      before?.boardId === this.directory.sprints[sprint]?.boardId && unit(this.options.seed, SALT.sprint, place) < 0.25;
    return wasCarriedOver ? [sprint - 1, sprint] : [sprint];
  }

  /** Notes that an issue changed at `at`; `moves`: whether its `updated` moves with it. */
  changed(place: number, at: number, moves: boolean): void {
    if (moves) this.table.updated[place] = at;
    this.changes.push({ place, at });
    this.version += 1;
  }

  /** No issue is touched; the old keys of the project and of its issues still lead to them. */
  renameProject(place: number, key: string): void {
    const project = this.directory.projects[place];
    if (project === undefined) return;
    for (let issue = 0; issue < this.table.size; issue += 1)
      if (this.table.project[issue] === place) this.formerKeys.set(this.keyAt(issue), issue);
    const formerKeys = [...(project.formerKeys ?? []), project.key];
    this.directory.projects[place] = { ...project, key, formerKeys };
    this.version += 1;
  }

  /** Seconds logged on an issue, null without worklogs. Remembered for one issue, since ten fields of it ask. */
  secondsSpent(place: number): number | null {
    if (this.spent.place === place && this.spent.version === this.version) return this.spent.seconds;
    const worklogs = this.worklogs.of(place);
    const seconds = worklogs.length === 0 ? null : worklogs.reduce((sum, worklog) => sum + worklog.seconds, 0);
    this.spent = { place, version: this.version, seconds };
    return seconds;
  }

  private idsWhere(test: (place: number) => boolean): string[] {
    const ids: string[] = [];
    for (let place = 0; place < this.table.size; place += 1) {
      if (this.table.visible[place] === 1 && test(place)) ids.push(this.idOf(place));
    }
    return ids;
  }

  private placeOfKey(key: string): number | undefined {
    if (this.keys === undefined || this.keysVersion !== this.version) {
      this.keys = new Map(this.formerKeys);
      for (let place = 0; place < this.table.size; place += 1) this.keys.set(this.keyAt(place), place);
      this.keysVersion = this.version;
    }
    return this.keys.get(key);
  }
}
