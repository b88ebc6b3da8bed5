/** Asks the site for records by name before they are marked: are they there, and are they still in scope? */

import { chunks } from '../../core/chunks.js';
import { ConnectorError } from '../../core/errors.js';
import { type Located, valueAt } from '../../core/json-path.js';
import { makeLimiter } from '../../core/limiter.js';
import { HttpStatusError } from '../../http/errors.js';
import { askByIds } from '../requests/ask-by-ids.js';
import { isThere } from '../requests/is-there.js';
import { routeOf } from '../requests/routes.js';
import { halves, speaksOf, verdictsOf } from '../requests/verdict.js';
import type { RequestRoute, Stream } from '../streams/registry.js';
import type { RunContext } from './context.js';

export type Fate = 'in scope' | 'out of scope' | 'gone';

/** Looks at single records under way at once. */
const LOOKS_AT_ONCE = 6;
/** Refused questions about the scope that are asked again in parts, per run: ids vanish one by one, a broken query is refused for ever. */
const SPLITS = 100;

export class Confirmation {
  /** Each id is asked for once, whoever suspects it. */
  readonly #fates = new Map<string, Fate>();
  readonly #read: RequestRoute;
  readonly #scope: RequestRoute;
  readonly #key: string;
  #splits = 0;

  constructor(
    private readonly ctx: RunContext,
    private readonly stream: Stream & Required<Pick<Stream, 'census'>>,
    private readonly label: string,
  ) {
    this.#read = routeOf(stream, stream.census.read);
    this.#scope = routeOf(stream, stream.census.confirm);
    this.#key = stream.primary_key[0] ?? '';
  }

  /** Those that do not exist, and those that exist outside of what the settings select. */
  lost(suspects: readonly string[]): readonly string[] {
    return suspects.filter((id) => this.#fates.get(id) !== 'in scope');
  }

  gone(suspects: readonly string[]): readonly string[] {
    return suspects.filter((id) => this.#fates.get(id) === 'gone');
  }

  /**
   * Finds the fate of each suspect.
   * @param along ids read where a request has room, because somebody wants them anyway; their records are returned
   * @throws ConnectorError when an answer leaves one in doubt: then nothing may be marked
   */
  async ask(suspects: readonly string[], along: readonly string[] = []): Promise<readonly Located[]> {
    const unasked = suspects.filter((id) => !this.#fates.has(id));
    const max = this.#read.batch?.max ?? 1;
    const room = (max - (unasked.length % max)) % max;
    const extra = new Set(along.slice(0, room));
    const came: Located[] = [];
    const there: string[] = [];
    for (const ids of chunks([...unasked, ...extra], max)) {
      const { records, refused } = await askByIds(this.ctx, this.label, this.#read, ids);
      const idOf = ({ record }: Located) => String(valueAt(record, this.#key));
      came.push(...records.filter((one) => extra.has(idOf(one))));
      const asked = ids.filter((id) => !extra.has(id));
      const words = this.#read.refused?.gone ?? null;
      there.push(...(await this.#settle(verdictsOf(asked, new Set(records.map(idOf)), refused, words))));
    }
    for (const ids of chunks(there, this.#scope.batch?.max ?? 1)) await this.#askScope(ids);
    return came;
  }

  /** @returns those that exist. */
  async #settle(verdicts: ReturnType<typeof verdictsOf>): Promise<readonly string[]> {
    const there: string[] = [];
    const unclear: string[] = [];
    for (const [id, verdict] of verdicts) {
      if (verdict === 'gone') this.#fates.set(id, 'gone');
      else (verdict === 'there' ? there : unclear).push(id);
    }
    const limiter = makeLimiter(LOOKS_AT_ONCE);
    for (const id of unclear)
      await limiter.run(async () => {
        if (await this.#exists(id, unclear.length)) there.push(id);
        else this.#fates.set(id, 'gone');
      });
    await limiter.drain();
    return there;
  }

  /** Looks at one record itself. */
  async #exists(id: string, unclear: number): Promise<boolean> {
    const there = await isThere(this.ctx, this.label, this.stream, { [this.#key]: id });
    if (there === null)
      throw new ConnectorError(
        'failed',
        `${this.stream.stream}: the site neither showed nor refused ${unclear} of the rows that its list lacks. Nothing was marked deleted. Run again.`,
      );
    return there;
  }

  #inPart(why: string): ConnectorError {
    const text = `the answer to which of them are in scope came only in part (${why})`;
    return new ConnectorError(
      'failed',
      `${this.stream.stream}: rows seem to be gone, and ${text}. Nothing was marked deleted. Run again.`,
    );
  }

  /** A query that names an id which has just vanished is refused as a whole. */
  async #askScope(ids: readonly string[]): Promise<void> {
    try {
      const { records, lack } = await askByIds(this.ctx, this.label, this.#scope, ids);
      if (lack !== null) throw this.#inPart(lack.name);
      const shown = new Set(records.map(({ record }) => String(valueAt(record, this.#key))));
      for (const id of ids) this.#fates.set(id, shown.has(id) ? 'in scope' : 'out of scope');
    } catch (error) {
      if (!(error instanceof HttpStatusError) || error.status !== 400 || this.#splits >= SPLITS) throw error;
      this.#splits += 1;
      const [only] = ids;
      if (only === undefined || ids.length > 1) for (const half of halves(ids)) await this.#askScope(half);
      // It exists, and the search does not know it: archived, for one.
      else if (!(await this.#exists(only, 1))) this.#fates.set(only, 'gone');
      else if (speaksOf(error.sentence, only)) this.#fates.set(only, 'out of scope');
      else throw error;
    }
  }
}
