/** The table `_projects` of a connection: which projects the scopes mean that its tables were read under. */

import type { Column, TableSpec, Writer } from '../../contract/table.js';
import type { ScopedProject, ScopeStore } from '../../runtime/plan/scopes.js';
import { OwnTable } from './own-table.js';

const COLUMNS: readonly Column[] = [
  { name: 'scope', type: 'string', doc: 'A scope, as in the state of the tables that were read under it.' },
  { name: 'project_id', type: 'string', doc: 'A project of that scope.' },
  { name: 'project_key', type: 'string', doc: 'The key it had then.' },
];

function projectsTable(namespace: string): TableSpec {
  const doc = 'Projects of the scopes that tables were read under, with the keys they had then.';
  return { namespace, name: '_projects', doc, columns: COLUMNS, primaryKey: ['scope', 'project_id'], mode: 'merge' };
}

export class ProjectsTable implements ScopeStore {
  readonly #table: OwnTable;

  constructor(writer: Writer, namespace: string, runId: string) {
    this.#table = new OwnTable(writer, projectsTable(namespace), runId);
  }

  async load(): Promise<readonly ScopedProject[]> {
    const rows = await this.#table.rows();
    return rows.map(({ scope, project_id: id, project_key: key }) => ({
      scope: String(scope),
      id: String(id),
      key: String(key),
    }));
  }

  keep(projects: readonly ScopedProject[]): Promise<void> {
    return this.#table.add(
      projects.map(({ scope, id, key }) => ({ scope, project_id: id, project_key: key, _extra: null })),
    );
  }
}
