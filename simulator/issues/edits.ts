/** Changes to the site over time, as its users would make them. Ids are text, as in Jira's answers; unknown ones throw. */

import type { SiteClock } from '../clock.js';
import { plainDocument } from './adf.js';
import { type ChangeItem, change } from './change-item.js';
import { type Churn, churn } from './churn.js';
import type { CommentRecord } from './comments.js';
import { DirectoryEdits } from './directory-edits.js';
import { ExtraEdits } from './extra-edits.js';
import { issuePlace, personPlace, setField } from './field-edits.js';
import { FieldList } from './field-list.js';
import { appendRow, childrenOf, FIRST_ISSUE_ID, NONE } from './issue-table.js';
import type { SiteIssues } from './site-issues.js';
import type { WorklogRecord } from './worklogs.js';

export interface NewWorklog {
  readonly seconds?: number;
  readonly comment?: string;
  /** Epoch ms; now when absent. */
  readonly started?: number;
  readonly authorId?: string;
}

export class SiteEdits {
  /** The site's list of custom fields. */
  readonly fields: FieldList;
  /** Projects, boards, sprints and people. */
  readonly directory: DirectoryEdits;
  /** Watchers, votes, links out of Jira, properties. */
  readonly extras: ExtraEdits;
  /** Issues that a security level hides, with the sub-tasks that were hidden along. */
  private readonly secured = new Map<number, readonly number[]>();
  private churns = 0;

  constructor(
    private readonly site: SiteIssues,
    private readonly clock: SiteClock,
  ) {
    this.fields = new FieldList(site.directory.fields);
    this.directory = new DirectoryEdits(site, clock);
    this.extras = new ExtraEdits(site, clock);
  }

  /** Moves the site's clock. */
  advance(ms: number): void {
    this.clock.advance(ms);
  }

  /** A new issue at the end of the project, of the first standard type when no place of one is named; its id. */
  createIssue(
    projectKey: string,
    fields: Readonly<Record<string, unknown>> = {},
    { type, creator }: { readonly type?: number; readonly creator?: number } = {},
  ): string {
    const { table, directory } = this.site;
    const project = this.projectPlace(projectKey);
    const place = appendRow(table);
    const now = this.clock.now();
    for (const column of ['created', 'updated', 'madeUntil'] as const) table[column][place] = now;
    for (const column of ['assignee', 'sprint', 'parent', 'firstChild', 'nextSibling'] as const)
      table[column][place] = NONE;
    table.type[place] = type ?? directory.issueTypes.findIndex(({ hierarchyLevel }) => hierarchyLevel === 0);
    if (creator !== undefined) this.site.creators.set(place, creator);
    table.status[place] = directory.statuses.findIndex(({ category }) => category === 'new');
    table.priority[place] = directory.priorities.findIndex(({ isDefault }) => isDefault);
    table.visible[place] = 1;
    this.placeInProject(place, project);
    for (const [field, value] of Object.entries(fields)) setField(this.site, place, field, value, now);
    this.site.changed(place, now, true);
    return this.site.idOf(place);
  }

  /**
   * Sets fields and writes one history. `status`, `priority`, `assignee`, `sprint` and `parent` take an id (or a name; null empties the last three);
   * `description` takes plain text; anything else is kept as given, in Jira's shape.
   */
  updateIssue(issueId: string, fields: Readonly<Record<string, unknown>>): void {
    const place = this.place(issueId);
    const now = this.clock.now();
    const items = Object.entries(fields).flatMap(([field, value]) => setField(this.site, place, field, value, now));
    this.record(place, items);
  }

  /** Removes the link of an issue to the third one after it. Jira writes a history on both, and moves `updated` of both. */
  unlink(issueId: string): void {
    const place = this.place(issueId);
    const link = this.site.links.of(place).find(({ from }) => from === place);
    if (link !== undefined) this.site.links.remove(link);
    for (const [end, other] of [
      [place, place + 3],
      [place + 3, place],
    ] as const)
      this.record(end, [change('Link', null, [this.site.keyAt(other), 'This issue was linked'], [null, null])]);
  }

  /** Moves the issue's `updated`. */
  addComment(issueId: string, text = 'A new comment.', authorId?: string): string {
    const issue = this.place(issueId);
    const now = this.clock.now();
    const author = this.person(authorId);
    const id = this.site.comments.newId();
    this.site.comments.add({
      id,
      issue,
      author,
      updateAuthor: author,
      created: now,
      updated: now,
      body: () => plainDocument(text),
    });
    this.site.changed(issue, now, true);
    return String(id);
  }

  /** Whether this moves the issue's `updated` is not documented; `touch: false` is the hard case. */
  editComment(commentId: string, text: string, { touch = true } = {}): void {
    const comment = this.comment(commentId);
    const now = this.clock.now();
    this.site.comments.replace({ ...comment, updated: now, body: () => plainDocument(text) });
    this.site.changed(comment.issue, now, touch);
  }

  /** Leaves no trace but its absence. */
  deleteComment(commentId: string, { touch = false } = {}): void {
    const comment = this.comment(commentId);
    this.site.comments.remove(comment);
    this.site.changed(comment.issue, this.clock.now(), touch);
  }

  /** Writes a history and moves the issue's `updated`. */
  addWorklog(issueId: string, { seconds = 3600, comment, started, authorId }: NewWorklog = {}): string {
    const issue = this.place(issueId);
    const now = this.clock.now();
    const author = this.person(authorId);
    const id = this.site.worklogs.newId();
    this.site.worklogs.add({
      ...{ id, issue, author, updateAuthor: author, started: started ?? now, created: now, updated: now, seconds },
      comment: () => (comment === undefined ? null : plainDocument(comment)),
    });
    this.record(issue, [change('WorklogId', null, [null, null], [String(id), String(id)])]);
    return String(id);
  }

  editWorklog(worklogId: string, change: { readonly seconds?: number; readonly comment?: string }): void {
    const worklog = this.worklog(worklogId);
    const { seconds = worklog.seconds, comment } = change;
    const text = comment === undefined ? worklog.comment : () => plainDocument(comment);
    this.site.worklogs.replace({ ...worklog, seconds, comment: text, updated: this.clock.now() });
    this.record(worklog.issue, []);
  }

  /** Shows in the feed of deleted worklogs. */
  deleteWorklog(worklogId: string): void {
    const worklog = this.worklog(worklogId);
    this.site.worklogs.remove(worklog);
    this.site.deletedWorklogs.push({ worklogId: worklog.id, at: this.clock.now() });
    this.record(worklog.issue, [change('WorklogId', null, [worklogId, worklogId], [null, null])]);
  }

  /** With its sub-tasks. Its worklogs do not show in the feed of deleted ones (undocumented; the hard case). */
  deleteIssue(issueId: string): void {
    this.hide(this.place(issueId));
  }

  /** Out of search and every list until restored; the same answers as a deleted one. */
  archiveIssue(issueId: string): void {
    this.hide(this.place(issueId));
  }

  restoreIssue(issueId: string): void {
    const place = Number(issueId) - FIRST_ISSUE_ID;
    this.site.table.visible[place] = 1;
    this.site.changed(place, this.clock.now(), true);
  }

  /** A security level keeps the issue and its sub-tasks from this account: the answers of deleted ones, and no trace but ids in the feed of worklogs. */
  hideIssue(issueId: string): void {
    const place = this.place(issueId);
    const hidden = [place, ...this.subtasks(place)];
    this.secured.set(place, hidden);
    this.hide(place);
    for (const one of hidden) this.site.secured.add(one);
  }

  /** The level is taken off. Nothing of the issue moves: it has been there all the time. */
  showIssue(issueId: string): void {
    const place = Number(issueId) - FIRST_ISSUE_ID;
    for (const shown of this.secured.get(place) ?? []) {
      this.site.secured.delete(shown);
      this.directory.show(shown);
    }
    this.secured.delete(place);
  }

  /** The id stays, the key changes, the old key still leads here. Sub-tasks move along. */
  moveIssue(issueId: string, projectKey: string): void {
    const place = this.place(issueId);
    const project = this.projectPlace(projectKey);
    for (const moved of [place, ...this.subtasks(place)]) {
      const before = this.site.keyAt(moved);
      this.site.formerKeys.set(before, moved);
      this.placeInProject(moved, project);
      this.record(moved, [change('Key', null, [null, before], [null, this.site.keyAt(moved)])]);
    }
  }

  /** The id stays, and no issue is touched. */
  renameProject(key: string, newKey: string): void {
    this.site.renameProject(this.projectPlace(key), newKey);
  }

  /** Random changes, a millisecond apart from each other so that none ties with another. */
  churn(wanted: Churn): void {
    this.churns += 1;
    churn(this.site, this, wanted, this.churns);
  }

  /** Writes one history of the caller, unless nothing is told, and moves the issue's `updated`. */
  record(place: number, items: readonly ChangeItem[]): void {
    const now = this.clock.now();
    const { histories } = this.site;
    if (items.length > 0) histories.add({ id: histories.newId(), issue: place, author: 0, created: now, items });
    this.site.changed(place, now, true);
  }

  private hide(place: number): void {
    const now = this.clock.now();
    for (const hidden of [place, ...this.subtasks(place)]) {
      this.site.table.visible[hidden] = 0;
      this.site.changed(hidden, now, false);
    }
  }

  private subtasks(place: number): number[] {
    return childrenOf(this.site.table, place).filter((child) => this.site.table.visible[child] === 1);
  }

  private placeInProject(place: number, project: number): void {
    const { table } = this.site;
    table.lastNumber[project] = (table.lastNumber[project] ?? 0) + 1;
    table.project[place] = project;
    table.number[place] = table.lastNumber[project] ?? 0;
  }

  private place(idOrKey: string): number {
    return issuePlace(this.site, idOrKey);
  }

  private comment(id: string): CommentRecord {
    const comment = this.site.comments.get(Number(id));
    if (comment === undefined) throw new RangeError(`the simulated site has no comment ${id}`);
    return comment;
  }

  private worklog(id: string): WorklogRecord {
    const worklog = this.site.worklogs.get(Number(id));
    if (worklog === undefined) throw new RangeError(`the simulated site has no worklog ${id}`);
    return worklog;
  }

  private projectPlace(key: string): number {
    const project = this.site.directory.projects.findIndex((entry) => entry.key === key);
    if (project < 0) throw new RangeError(`the simulated site has no project ${key}`);
    return project;
  }

  /** The caller when not named. */
  private person(accountId: string | undefined): number {
    return accountId === undefined ? 0 : personPlace(this.site, accountId);
  }
}
