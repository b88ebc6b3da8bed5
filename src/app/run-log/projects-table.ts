/** The table `_projects` of a connection: which projects the scopes mean that its tables were read under. */

import type { Column, TableSpec, Writer } from '../../contract/table.js';
import type { ScopedProject, ScopeStore } from '../../runtime/plan/scopes.js';
import { openSoon } from './run-tables.js';

const COLUMNS: readonly Column[] = [
  { name: 'scope', type: 'string', doc: 'A scope, as in the state of the tables that were read under it.' },
  { name: 'project_id', type: 'string', doc: 'A project of that scope.' },
  { name: 'project_key', type: 'string', doc: 'The key it had then.' },
];

export function projectsTable(namespace: string): TableSpec {
  const doc = 'Projects of the scopes that tables were read under, with the keys they had then.';
  return { namespace, name: '_projects', doc, columns: COLUMNS, primaryKey: ['scope', 'project_id'], mode: 'merge' };
}

/** Opens the table for each step only: runs of other streams of the same connection write it, too. */
export class ProjectsTable implements ScopeStore {
  constructor(
    private readonly writer: Writer,
    private readonly namespace: string,
    private readonly runId: string,
  ) {}

  async load(): Promise<readonly ScopedProject[]> {
    const table = await openSoon(this.writer, projectsTable(this.namespace));
    try {
      const rows = await table.rows({ columns: COLUMNS.map(({ name }) => name) });
      return rows.map((row) => ({
        scope: String(row.scope),
        id: String(row.project_id),
        key: String(row.project_key),
      }));
    } finally {
      await table.close();
    }
  }

  async keep(projects: readonly ScopedProject[]): Promise<void> {
    const table = await openSoon(this.writer, projectsTable(this.namespace));
    try {
      await table.write(
        projects.map(({ scope, id, key }) => ({ scope, project_id: id, project_key: key, _extra: null })),
      );
      await table.commit({ state: null, runId: this.runId, batch: 1 });
    } finally {
      await table.close();
    }
  }
}
