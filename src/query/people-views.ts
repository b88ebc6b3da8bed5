/**
 * Views and functions for people, each made when a statement first names it: where a site has hundreds of custom fields, DuckDB
 * takes longer to make them all than to answer.
 */
import { identifier, literal } from '../core/quote.js';
import { unionFunction, unionView, type ViewColumn } from './tables/table-views.js';

/** What one connection gives to a view or function of one name. */
interface Part {
  readonly connection: string;
  readonly columns: readonly ViewColumn[];
  readonly select: string;
}

interface Made {
  /** Names of a function's arguments; null: a view. */
  readonly parameters: readonly string[] | null;
  readonly parts: readonly Part[];
}

/** Words of statements that list views: all of them are made. */
const LISTS =
  /^(show|information_schema|pg_catalog|duckdb_(columns|functions|tables|views)|pg_(attribute|class|proc|tables|views)|sqlite_(master|schema))$/;

export class PeopleViews {
  readonly #known = new Map<string, Made>();
  readonly #there = new Set<string>();
  #working: Promise<void> = Promise.resolve();

  /** @param define runs a statement that makes a view or a function */
  constructor(private readonly define: (sql: string) => Promise<void>) {}

  /** @param parameters of a function; null: a view */
  add(name: string, parameters: readonly string[] | null, part: Part): void {
    this.#known.set(name, { parameters, parts: [...(this.#known.get(name)?.parts ?? []), part] });
  }

  /** Names of the views. */
  get views(): readonly string[] {
    return [...this.parts.keys()];
  }

  /** The functions, as they are called: `issue_daily(first_day, last_day)`. */
  get functions(): readonly string[] {
    return [...this.#known].flatMap(([name, { parameters }]) =>
      parameters === null ? [] : [`${name}(${parameters.join(', ')})`],
    );
  }

  /** What each connection gives to each view in `main`. */
  get parts(): ReadonlyMap<string, readonly Part[]> {
    const views = [...this.#known].filter(([, { parameters }]) => parameters === null);
    return new Map(views.map(([name, { parts }]) => [name, parts]));
  }

  /** Makes what these statements name, or might: a word in a text or a comment counts, too. */
  readyFor(sql: string): Promise<void> {
    const text = sql.toLowerCase();
    const words = new Set(text.match(/\w+/g));
    const all = [...words].some((word) => LISTS.test(word));
    const named = [...this.#known].filter(([name]) => all || words.has(name));
    this.#working = this.#working.then(async () => {
      for (const [name, made] of named) await this.#make(name, made, all ? null : text);
    });
    return this.#working;
  }

  /** @param text of the statement; a connection's own view is made where its name stands in it. Null: all */
  async #make(name: string, { parameters, parts }: Made, text: string | null): Promise<void> {
    const given = parameters === null ? '' : `(${parameters.join(', ')})`;
    // A function of all connections calls those of each.
    const isWanted = ({ connection }: Part) =>
      parameters !== null || text === null || text.includes(connection.toLowerCase());
    for (const part of parts.filter(isWanted)) {
      const place = `${identifier(part.connection)}.${identifier(name)}`;
      const create = parameters === null ? `CREATE VIEW ${place} AS ` : `CREATE MACRO ${place}${given} AS TABLE `;
      await this.#once(place, `${create}${part.select}`, create);
    }
    const place = `main.${identifier(name)}`;
    if (parameters === null) await this.#once(place, unionView(name, parts), `CREATE VIEW ${place} AS `);
    else {
      const connections = parts.map(({ connection }) => connection);
      await this.#once(place, unionFunction(name, parameters, connections), `CREATE MACRO ${place}${given} AS TABLE `);
    }
  }

  /** What cannot be made fails the statements that read it, and no other. */
  async #once(place: string, sql: string, create: string): Promise<void> {
    if (this.#there.has(place)) return;
    this.#there.add(place);
    try {
      await this.define(sql);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await this.define(
        `${create}SELECT error(${literal(`${place} cannot be made; please report this. ${reason}`)}) AS problem`,
      );
    }
  }
}
