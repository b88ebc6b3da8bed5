/** Child: reads one hostile answer or file per order, so that its peak of memory is that of the reading and of nothing else. */
import '../src/app/settings/freed-memory.js';
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { loadManifest, siteLimits } from '../src/app/settings/manifest.js';
import { noAuth } from '../src/http/authorizer.js';
import { createClient } from '../src/http/client.js';
import { createThrottle } from '../src/http/throttle/throttle.js';
import { decodeManifest } from '../src/writers/iceberg/manifest.js';
import { answerOrders } from './child.js';

/** An address to ask, or a file to read as a manifest. */
export type HostileOrder = { readonly baseUrl: string } | { readonly manifest: string };

export interface HostileCost {
  /** Null when it was read. */
  readonly refused: string | null;
  readonly seconds: number;
  readonly peakMb: number;
}

// As the command line does.
setFlagsFromString('--heap-growing-percent=40');
answerOrders<HostileOrder>(async (order): Promise<HostileCost> => {
  const began = performance.now();
  const refused = await read(order).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const seconds = (performance.now() - began) / 1000;
  // In kilobytes.
  return { refused, seconds, peakMb: process.resourceUsage().maxRSS / 1000 };
});

async function read(order: HostileOrder): Promise<void> {
  if ('manifest' in order) {
    decodeManifest(readFileSync(order.manifest), order.manifest);
    return;
  }
  const client = createClient({
    ...siteLimits(loadManifest()),
    baseUrl: order.baseUrl,
    auth: noAuth(),
    throttle: createThrottle(100),
  });
  try {
    await client.request({ method: 'GET', path: '/page', repeatable: true, onBehalfOf: 'page' });
  } finally {
    await client.close();
  }
}
