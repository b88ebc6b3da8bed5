/** All views of an open warehouse: two for each table, those for people, and of each its union over the connections in `main`. */
import { identifier } from '../core/quote.js';
import { connectionTables } from './business-views/connection-tables.js';
import { createView, viewsForPeople } from './business-views/views-for-people.js';
import { columnsOf, type ShownTable, tableViews, type UnionPart, unionView } from './tables/views.js';
import type { UnreadTables } from './unread-tables.js';

export interface Shown {
  readonly tables: readonly ShownTable[];
  /** Names of the views for people in `main`. */
  readonly peopleViews: readonly string[];
  /** One line for each view that could not be made. */
  readonly problems: readonly string[];
}

/** @param labels of connections, by name; default: the name */
export async function showViews(
  all: readonly ShownTable[],
  unread: UnreadTables,
  labels: ReadonlyMap<string, string>,
): Promise<Shown> {
  const views = new ShownViews(unread);
  const tables: ShownTable[] = [];
  for (const table of all) if (await views.addTable(table)) tables.push(table);
  const peopleViews = new Set<string>();
  for (const namespace of new Set(tables.map((table) => table.namespace))) {
    const own = tables.filter((table) => table.namespace === namespace);
    for (const name of await views.addPeopleViews(namespace, labels.get(namespace) ?? namespace, own))
      peopleViews.add(name);
  }
  await views.unite();
  return { tables, peopleViews: [...peopleViews], problems: views.problems };
}

class ShownViews {
  readonly problems: string[] = [];
  readonly #ofTables = new Set<string>();
  readonly #parts = new Map<string, UnionPart[]>();

  constructor(private readonly unread: UnreadTables) {}

  async addTable(table: ShownTable): Promise<boolean> {
    const { namespace, name, fields } = table;
    const made = await this.#orProblem(namespace, name, async () => {
      await this.unread.define(`CREATE SCHEMA IF NOT EXISTS ${identifier(namespace)}`);
      const rows = await this.unread.add(table);
      await this.unread.define(tableViews(table, rows).join('; '));
    });
    if (!made) return false;
    for (const view of [name, `${name}_all`]) {
      this.#ofTables.add(view);
      this.#part(view, { connection: namespace, columns: columnsOf(fields) });
    }
    return true;
  }

  /** After all tables: a view never stands where a table of its name is, in any connection. @returns their names */
  async addPeopleViews(namespace: string, label: string, tables: readonly ShownTable[]): Promise<readonly string[]> {
    const names: string[] = [];
    for (const view of viewsForPeople(connectionTables(namespace, label, tables))) {
      if (this.#ofTables.has(view.name)) continue;
      const made = await this.#orProblem(namespace, view.name, () => this.unread.define(createView(namespace, view)));
      if (!made) continue;
      this.#part(view.name, { connection: namespace, columns: view.columns });
      names.push(view.name);
    }
    return names;
  }

  async unite(): Promise<void> {
    for (const [name, parts] of this.#parts)
      await this.#orProblem('main', name, () => this.unread.define(unionView(name, parts)));
  }

  #part(name: string, part: UnionPart): void {
    this.#parts.set(name, [...(this.#parts.get(name) ?? []), part]);
  }

  /** What goes wrong with one view concerns no other. */
  async #orProblem(namespace: string, name: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.problems.push(`${namespace}.${name}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}
