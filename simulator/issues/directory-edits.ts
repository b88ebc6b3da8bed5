/** Changes to projects, boards, sprints and people, as administrators make them. Unknown ids throw a RangeError: a mistake in a test. */

import type { SiteClock } from '../clock.js';
import type { Board, Project, Sprint } from '../model.js';
import type { SiteIssues } from './site-issues.js';

export class DirectoryEdits {
  /** Issues that went with their project when it was archived or deleted: by place of the project. */
  private readonly gone = new Map<number, number[]>();
  private made = 0;

  constructor(
    private readonly site: SiteIssues,
    private readonly clock: SiteClock,
  ) {}

  /** Its issues leave the search and every list; nothing of them moves. */
  archiveProject(key: string): void {
    this.end(key, 'archived');
  }

  /** To the trash: listed only among the deleted ones, its issues gone. */
  deleteProject(key: string): void {
    this.end(key, 'deleted');
  }

  /** Out of the archive or the trash, with the issues it took along; their `updated` stays. */
  restoreProject(key: string): void {
    const project = this.changeProject(key, () => ({ state: 'live' }));
    for (const place of this.gone.get(project) ?? []) this.show(place);
    this.gone.delete(project);
  }

  /** Shows an issue again without a trace; one whose project is gone comes back with that. */
  show(place: number): void {
    const project = this.site.table.project[place] ?? 0;
    if (this.site.directory.projects[project]?.state !== 'live') {
      this.gone.set(project, [...(this.gone.get(project) ?? []), place]);
      return;
    }
    this.site.table.visible[place] = 1;
    this.site.changed(place, this.clock.now(), false);
  }

  /** The id of a new unreleased version. */
  addVersion(projectKey: string, name: string): string {
    const id = this.newId();
    this.changeProject(projectKey, ({ versions }) => ({
      versions: [...versions, { id, name, released: false, archived: false }],
    }));
    return id;
  }

  renameVersion(projectKey: string, versionId: string, name: string): void {
    this.changeProject(projectKey, ({ versions }) => ({
      versions: versions.map((version) => (version.id === versionId ? { ...version, name } : version)),
    }));
  }

  /** The id of a new component without a lead. */
  addComponent(projectKey: string, name: string): string {
    const id = this.newId();
    this.changeProject(projectKey, ({ components }) => ({ components: [...components, { id, name }] }));
    return id;
  }

  renameBoard(boardId: string, name: string): void {
    replace(this.site.directory.boards, boardId, (board) => ({ ...board, name }));
  }

  /** A board of the project without sprints; its id. */
  addBoard(projectKey: string, name: string, type: Board['type'] = 'kanban'): string {
    const { boards, projects } = this.site.directory;
    const id = String(Math.max(0, ...boards.map((board) => Number(board.id))) + 10);
    const projectId = projects[this.projectPlace(projectKey)]?.id ?? '';
    boards.push({ id, name, type, projectId, filterId: String(20_000 + Number(id)) });
    return id;
  }

  /** Its sprints stay on the issues and are listed nowhere. */
  removeBoard(boardId: string): void {
    const { boards } = this.site.directory;
    const place = boards.findIndex(({ id }) => id === boardId);
    if (place < 0) throw new RangeError(`the simulated site has no board ${boardId}`);
    boards.splice(place, 1);
  }

  /** Touches none of its issues. */
  closeSprint(sprintId: string): void {
    this.changeSprint(sprintId, { state: 'closed', complete: this.clock.now() });
  }

  renameSprint(sprintId: string, name: string): void {
    this.changeSprint(sprintId, { name });
  }

  deactivate(accountId: string): void {
    const { people } = this.site.directory;
    const place = people.findIndex((person) => person.accountId === accountId);
    const person = people[place];
    if (person === undefined) throw new RangeError(`the simulated site has no account ${accountId}`);
    people[place] = { ...person, active: false };
  }

  private end(key: string, state: 'archived' | 'deleted'): void {
    const project = this.changeProject(key, () => ({ state }));
    const { table } = this.site;
    const taken = Array.from({ length: table.size }, (_, place) => place).filter(
      (place) => table.project[place] === project && table.visible[place] === 1,
    );
    for (const place of taken) {
      table.visible[place] = 0;
      this.site.changed(place, this.clock.now(), false);
    }
    this.gone.set(project, [...(this.gone.get(project) ?? []), ...taken]);
  }

  private changeSprint(id: string, change: Partial<Sprint>): void {
    replace(this.site.directory.sprints, id, (sprint) => ({ ...sprint, ...change }));
  }

  /** @returns its place. */
  private changeProject(key: string, change: (project: Project) => Partial<Project>): number {
    const place = this.projectPlace(key);
    const { projects } = this.site.directory;
    const project = projects[place];
    if (project !== undefined) projects[place] = { ...project, ...change(project) };
    return place;
  }

  private projectPlace(key: string): number {
    const place = this.site.directory.projects.findIndex((project) => project.key === key);
    if (place < 0) throw new RangeError(`the simulated site has no project ${key}`);
    return place;
  }

  /** Above all that the seed makes. */
  private newId(): string {
    this.made += 1;
    return String(900_000 + this.made);
  }
}

function replace<T extends { readonly id: string }>(list: T[], id: string, change: (entry: T) => T): void {
  const place = list.findIndex((entry) => entry.id === id);
  const entry = list[place];
  if (entry === undefined) throw new RangeError(`the simulated site has no entry ${id}`);
  list[place] = change(entry);
}
