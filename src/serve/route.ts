/** What a route is, and what the routes are handed. */
import type { MeasureJob } from '../app/metrics/measure.js';
import type { AskSites } from '../app/report/matching-issues.js';
import type { Connection } from '../app/settings/config.js';
import type { ServeKey } from '../app/settings/serve-keys.js';
import type { Ports } from '../core/ports.js';
import type { ReportOption } from '../reports/option.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import type { Caller } from './callers.js';
import type { Lanes } from './lanes.js';
import type { Looks } from './look.js';
import type { Words } from './parameters.js';
import type { Refreshes } from './refresh.js';
import type { Reply } from './reply.js';

/** The same for all requests. */
export interface House {
  readonly warehouse: WarehouseSettings;
  /** What people call the connections, by name. */
  readonly labels: ReadonlyMap<string, string>;
  readonly keys: readonly ServeKey[];
  /** With credentials, for questions that a key may ask of sites. @param names none: all */
  readonly connections: (names: readonly string[]) => readonly Connection[];
  readonly askSites: AskSites;
  readonly measured: Pick<MeasureJob, 'config' | 'version' | 'watched'>;
  readonly looks: Looks;
  readonly lanes: Lanes;
  readonly refreshes: Refreshes;
}

export interface Request {
  readonly route: Route;
  readonly caller: Caller;
  readonly words: Words;
  /** `If-None-Match` */
  readonly hasTags: string | undefined;
  /** The signal is aborted when the client is gone or the server has to end. */
  readonly ports: Ports;
}

export interface Route {
  readonly path: string;
  /** Further addresses of the same. */
  readonly aliases: readonly string[];
  readonly about: string;
  /** Of the answer. */
  readonly type: string;
  /** `none`: anybody. `key`: whoever has one, or anybody where there are none. `whole`: for those who see all, or this machine. */
  readonly access: 'none' | 'key' | 'whole';
  readonly options: readonly ReportOption[];
  /** Whether the parameters of Time Tracker for Jira are understood, too. */
  readonly hasOldNames?: boolean;
  /** Whether a client may be told 202, and skips the empty lines before its answer. */
  readonly mayWait?: boolean;
  /** Whether an answer that is made of tables alone has an ETag, and is not sent again to whoever has it. */
  readonly isTagged?: boolean;
  /** Whether the JSON is a list. */
  readonly isList?: boolean;
  answer(request: Request, house: House, reply: Reply): Promise<void>;
}
