/** What decides a read: a sync is given it, and its plan. */

import type { HttpClient } from '../../http/client.js';
import type { PlanFacts } from '../plan/read-plan.js';
import type { ColumnChoices } from '../streams/column-choice.js';
import type { Registry } from '../streams/registry.js';
import type { Scope } from './scope.js';
import type { ViewInput } from './site-view.js';

export interface ReadInput extends Pick<ViewInput, 'people'>, Pick<PlanFacts, 'schedule'> {
  /** Base URL, without a trailing slash. */
  readonly site: string;
  readonly registry: Registry;
  /** Which columns of a stream its table carries; others carry all. */
  readonly columns: ColumnChoices;
  /** Streams to read. */
  readonly streams: readonly string[];
  readonly client: HttpClient;
  readonly scope: Scope;
  /** Issues and worklogs updated from here on, epoch milliseconds; 0: all. */
  readonly start: number;
  readonly fullRefresh: boolean;
  /** Our own clock, epoch milliseconds. */
  now(): number;
  /** Requests per second that the client keeps to. */
  readonly rate: number;
}
