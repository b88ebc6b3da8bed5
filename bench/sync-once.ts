/** One sync of a simulated site into a folder, with what it cost. The engine itself is measured: no command line around it. */

import { randomUUID } from 'node:crypto';
import { maxInWindow } from '../simulator/throttle-check.js';
import { openSite } from '../src/app/open.js';
import { definitions } from '../src/app/settings/definitions.js';
import { siteLimits } from '../src/app/settings/manifest.js';
import { syncInputOf } from '../src/app/sync-input.js';
import type { StreamEvent } from '../src/contract/events.js';
import type { StreamReport } from '../src/contract/report.js';
import { systemClock } from '../src/core/clock.js';
import { Secret } from '../src/core/secret.js';
import { basicAuth } from '../src/http/authorizer.js';
import { createClient } from '../src/http/client.js';
import { createThrottle, type Throttle } from '../src/http/throttle/throttle.js';
import { runSync } from '../src/runtime/read/sync.js';
import { makeRegistry, type Registry } from '../src/runtime/streams/registry.js';
import { openWarehouse } from '../src/writers/warehouse.js';
import type { SiteAddress } from './site.js';
import { type ThreadTimes, threadTimes } from './threads.js';

export interface SyncOrder {
  readonly address: SiteAddress;
  /** Folder of the warehouse. */
  readonly root: string;
  /** Absent: every enabled stream. */
  readonly streams?: readonly string[];
  /** Default: auto. */
  readonly census?: 'never';
  /** The one cheap route by which a stream is to be read; see `readBy`. */
  readonly routes?: Readonly<Record<string, string>>;
  /** Requests per second that are really kept; absent: as fast as they come. */
  readonly perSecond?: number;
}

export interface SyncCost {
  readonly requests: number;
  readonly seconds: number;
  /** Messages of streams that did not end well. */
  readonly errors: readonly string[];
  readonly reports: readonly StreamReport[];
  /** Requests sent within the busiest second, by this process's clock. */
  readonly maxSentInAnySecond: number;
  /** When each request left, seconds after the beginning. */
  readonly sentAt: readonly number[];
  /** How far it was after every twentieth request: for whom they were sent, and which walks had ended. */
  readonly steps: readonly Step[];
  /** Of all threads of this process, from its start on where it is a child's only order. */
  readonly cpuSeconds: number;
  /** The same by thread; null where the system does not tell. */
  readonly threads: ThreadTimes | null;
  /** Greatest resident memory of this process so far, MB. */
  readonly peakMb: number;
}

export interface Step {
  readonly requests: number;
  readonly sent: readonly (readonly [string, number])[];
  readonly done: readonly string[];
}

const STEP = 20;

const noThrottle: Throttle = {
  enter: async () => ({ sent: () => undefined }),
  hold: () => undefined,
  slow: () => undefined,
  close: async () => undefined,
};

/** The same throttle, with the moments at which it saw requests leave. */
function watched(throttle: Throttle, onSent: () => void): Throttle {
  return {
    hold: (...how) => throttle.hold(...how),
    slow: (...how) => throttle.slow(...how),
    close: () => throttle.close(),
    async enter(...who) {
      const ticket = await throttle.enter(...who);
      if (!ticket) return null;
      let left = false;
      return {
        sent: () => {
          if (!left) onSent();
          left = true;
          ticket.sent();
        },
        done: () => ticket.done?.(),
      };
    },
  };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

/** Routes that a stream can be walked by without a request for each parent. */
const CHEAP = ['feed', 'inline', 'bulk'];

/**
 * One route and those that cost a request for each parent. What the route falls back to is no way to begin with, nor one to fall
 * back to where it is cheap: rows beyond what lies inside a page of issues are then missing, and `bench routes` does not count that way.
 */
function readBy(routes: Readonly<Record<string, string>>, registry: Registry): Registry {
  const streams = [...registry.streams.values()].map((stream) => {
    const wanted = routes[stream.stream];
    if (wanted === undefined) return stream;
    const rest = stream.routes.find(({ name }) => name === wanted)?.inside?.rest;
    const kept = stream.routes.filter(({ name }) => name === wanted || name === rest || !CHEAP.includes(name));
    return {
      ...stream,
      routes: kept.map((route) =>
        route.name === rest && CHEAP.includes(rest) ? { ...route, only: 'census' as const } : route,
      ),
    };
  });
  return makeRegistry(streams);
}

export async function syncOnce(order: SyncOrder): Promise<SyncCost> {
  const { address, root, streams, census, perSecond, routes = {} } = order;
  const began = performance.now();
  const { manifest } = definitions();
  const runId = randomUUID();
  const moments: number[] = [];
  const steps: Step[] = [];
  const done = new Set<string>();
  const tell = ({ kind, stream }: StreamEvent) => {
    if (kind === 'scanned') done.add(stream);
  };
  const stepAt = (requests: number) => ({ requests, sent: [...client.counters().onBehalfOf], done: [...done] });
  const throttle =
    perSecond === undefined ? noThrottle : createThrottle(perSecond, undefined, { atOnce: manifest.rate.at_once });
  const client = createClient({
    ...siteLimits(manifest),
    baseUrl: address.url,
    auth: basicAuth(address.email, new Secret(address.apiToken)),
    throttle: watched(throttle, () => {
      moments.push(performance.now());
      if (moments.length % STEP === 0) steps.push(stepAt(moments.length));
    }),
  });
  const writer = await openWarehouse({ root, runId });
  const { signal } = new AbortController();
  const auth = { type: 'basic', email: address.email, api_token: address.apiToken } as const;
  const site = openSite({ name: 'bench', url: address.url, auth, census: census ?? 'auto' });
  try {
    const input = syncInputOf(
      site,
      { streams: streams ?? [] },
      { client, writer, runId, signal, clock: systemClock, tell },
    );
    const { reports } = await runSync({ ...input, registry: readBy(routes, input.registry) });
    return {
      requests: client.counters().requests,
      seconds: (performance.now() - began) / 1000,
      errors: reports.flatMap(({ error }) => error ?? []),
      reports,
      maxSentInAnySecond: maxInWindow(moments, 1000),
      sentAt: moments.map((moment) => (moment - began) / 1000),
      steps,
      cpuSeconds: cpuSeconds(),
      threads: threadTimes(cpuSeconds()),
      peakMb: process.resourceUsage().maxRSS / 1024,
    };
  } finally {
    await client.close();
    await throttle.close();
    await writer.close();
  }
}
