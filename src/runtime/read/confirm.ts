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

type OnLost = (id: string) => void;

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
   * @param onLost told of each one that is gone or out of scope, once; what it throws ends the questions: after a lost permission they
   * would be as many as there are records, only to be believed by nobody
   * @param along ids read where a request has room, because somebody wants them anyway; their records are returned
   * @throws ConnectorError when an answer leaves one in doubt: then nothing may be marked
   */
  async ask(suspects: readonly string[], onLost: OnLost, along: readonly string[] = []): Promise<readonly Located[]> {
    const unasked = suspects.filter((id) => !this.#fates.has(id));
    for (const id of suspects) if ((this.#fates.get(id) ?? 'in scope') !== 'in scope') onLost(id);
    const max = this.#read.batch?.max ?? 1;
    const most = this.#scope.batch?.max ?? 1;
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
      there.push(...(await this.#settle(verdictsOf(asked, new Set(records.map(idOf)), refused, words), onLost)));
      while (there.length >= most) await this.#askScope(there.splice(0, most), onLost);
    }
    if (there.length > 0) await this.#askScope(there, onLost);
    return came;
  }

  #lose(id: string, fate: 'out of scope' | 'gone', onLost: OnLost): void {
    this.#fates.set(id, fate);
    onLost(id);
  }

  /** @returns those that exist. */
  async #settle(verdicts: ReturnType<typeof verdictsOf>, onLost: OnLost): Promise<readonly string[]> {
    const there: string[] = [];
    const unclear: string[] = [];
    for (const [id, verdict] of verdicts) {
      if (verdict === 'gone') this.#lose(id, 'gone', onLost);
      else (verdict === 'there' ? there : unclear).push(id);
    }
    const limiter = makeLimiter(LOOKS_AT_ONCE);
    for (const id of unclear)
      await limiter.run(async () => {
        if (await this.#exists(id, unclear.length)) there.push(id);
        else this.#lose(id, 'gone', onLost);
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
  async #askScope(ids: readonly string[], onLost: OnLost): Promise<void> {
    try {
      const { records, lack } = await askByIds(this.ctx, this.label, this.#scope, ids);
      if (lack !== null) throw this.#inPart(lack.name);
      const shown = new Set(records.map(({ record }) => String(valueAt(record, this.#key))));
      for (const id of ids) {
        if (shown.has(id)) this.#fates.set(id, 'in scope');
        else this.#lose(id, 'out of scope', onLost);
      }
    } catch (error) {
      if (!(error instanceof HttpStatusError) || error.status !== 400 || this.#splits >= SPLITS) throw error;
      this.#splits += 1;
      const [only] = ids;
      if (only === undefined || ids.length > 1) for (const half of halves(ids)) await this.#askScope(half, onLost);
      // It exists, and the search does not know it: archived, for one.
      else if (!(await this.#exists(only, 1))) this.#lose(only, 'gone', onLost);
      else if (speaksOf(error.sentence, only)) this.#lose(only, 'out of scope', onLost);
      else throw error;
    }
  }
}
