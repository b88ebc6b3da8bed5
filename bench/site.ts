/** The simulated site of a benchmark, in a process of its own: what it spends is not the connector's. */
import type { Churn } from '../simulator/issues/churn.js';
import type { SimulatorOptions } from '../simulator/simulator.js';
import type { LoggedRequest } from '../simulator/throttle-check.js';
import { ask, startChild } from './child.js';

export interface SiteAddress {
  readonly url: string;
  readonly email: string;
  readonly apiToken: string;
}

/** As the site was made; later edits change `issues` alone. */
export interface Counts {
  readonly issues: number;
  readonly comments: number;
  readonly worklogs: number;
  readonly histories: number;
  /** Requests for what is more than lies inside the pages of issues. */
  readonly beyondPages: { readonly comments: number; readonly worklogs: number; readonly histories: number };
}

export interface Traffic {
  /** Requests that arrived within the busiest second. */
  readonly maxInAnySecond: number;
  readonly log: readonly LoggedRequest[];
}

export type SiteOrder =
  | { readonly do: 'start'; readonly options: SimulatorOptions }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'churn'; readonly churn: Churn }
  | { readonly do: 'fill'; readonly fields: number; readonly length: number }
  | { readonly do: 'log' | 'forget' | 'count' | 'cost' };

export interface Site {
  readonly address: SiteAddress;
  /** Time passes on the site. */
  pass(ms: number): Promise<void>;
  churn(churn: Churn): Promise<void>;
  /** Every issue gets a new text of this length in each of so many fields, which the site has then. */
  fill(fields: number, length: number): Promise<void>;
  count(): Promise<Counts>;
  /** What arrived since the last call of `forget`. */
  traffic(): Promise<Traffic>;
  forget(): Promise<void>;
  /** What its process has spent so far. */
  cpuSeconds(): Promise<number>;
  close(): void;
}

export async function startSite(options: SimulatorOptions): Promise<Site> {
  const child = startChild('site-process.js');
  const order = <Answer>(one: SiteOrder) => ask<Answer>(child, one);
  return {
    address: await order<SiteAddress>({ do: 'start', options }),
    pass: (ms) => order({ do: 'pass', ms }),
    churn: (churn) => order({ do: 'churn', churn }),
    fill: (fields, length) => order({ do: 'fill', fields, length }),
    count: () => order<Counts>({ do: 'count' }),
    traffic: () => order<Traffic>({ do: 'log' }),
    forget: () => order({ do: 'forget' }),
    cpuSeconds: () => order<number>({ do: 'cost' }),
    close: () => child.disconnect(),
  };
}
