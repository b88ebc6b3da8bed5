/** The way to read this time: measured where it is worth a request, assumed where little is to be read. */
import { ConnectorError } from '../../core/errors.js';
import type { HttpClient } from '../../http/client.js';
import { chooseRoutes, type Facts, fedBy, hasChoice } from '../plan/cost.js';
import { type Choice, type Dialect, readingRoutes, type Wanted } from '../plan/tree.js';
import type { Values } from '../requests/build-request.js';
import { parentOf, type Registry } from '../streams/registry.js';
import { orRefused } from './preparation.js';
import { type Sample, sample } from './sample.js';

export interface ChoiceInput {
  readonly client: HttpClient;
  readonly registry: Registry;
  /** Requests per second. */
  readonly rate: number;
}

/** A whole read of unknown size is thought of as this many records: every route's cost grows alike with it, so a count would be a request for nothing. */
const MANY = 10_000;
/** What changes between two runs. */
const FEW = 100;
/** Below it a round trip within the same region; used until one is measured. */
const USUAL_LATENCY = 0.3;

export interface Measured {
  readonly choice: Choice;
  /** The stream whose records the others may lie inside; null when no wanted stream has a choice. */
  readonly root: string | null;
  /** Whose request the sampled page is. */
  readonly label: string;
  /** Null: nothing was measured. */
  readonly seen: Sample | null;
}

/** Costs one request when a whole read has a choice of routes, else none. */
export async function measure(
  input: ChoiceInput,
  wanted: readonly Wanted[],
  dialect: Dialect,
  values: Values,
): Promise<Measured> {
  const choosing = wanted.filter(({ stream }) => hasChoice(input.registry.get(stream)));
  if (choosing.length === 0) return { choice: new Map(), root: null, label: '', seen: null };
  const root = rootOfChoice(input.registry, choosing);
  const worthIt = dialect === 'cloud' && choosing.some(({ mode }) => mode === 'full');
  const label = choosing.find(({ stream }) => stream === root)?.stream ?? choosing[0]?.stream ?? root;
  const sampled = worthIt
    ? await orRefused(() => sample(input.client, input.registry, root, choosing, values, label))
    : null;
  // A site that refuses the sample refuses the walk, too, and then it concerns the streams of that walk alone.
  const seen = sampled instanceof ConnectorError ? null : sampled;
  const choice = chooseRoutes(input.registry, wanted, dialect, costFacts(input, root, seen));
  return { choice, root, label, seen };
}

/** The stream whose records the others may lie inside. */
function rootOfChoice(registry: Registry, choosing: readonly Wanted[]): string {
  for (const { stream } of choosing) {
    const { parent } = registry.get(stream);
    if (parent) return parent.stream;
  }
  return choosing[0]?.stream ?? '';
}

function costFacts({ registry, rate }: ChoiceInput, root: string, seen: Sample | null): Facts {
  const records = seen?.whole ? seen.records : MANY;
  const inside = (stream: string) => {
    const { mean, overflow, expected = overflow } = seen?.inside.get(stream) ?? { mean: 1, overflow: 0 };
    return { mean, overflow: seen?.whole ? overflow : expected };
  };
  const total = (mode: Wanted['mode']) => (mode === 'full' ? records : FEW);
  const each = (feed: string) => inside(fedBy(registry, feed)?.stream ?? '').mean;
  return {
    rate,
    latency: seen?.latency ?? USUAL_LATENCY,
    records: (stream, mode) => (stream === root ? total(mode) : Math.ceil(total(mode) * each(stream))),
    inside,
  };
}

/** The same streams by way of their own parent. @throws ConnectorError when there is no such way. */
export function withoutFeeds(registry: Registry, wanted: readonly Wanted[], dialect: Dialect): Choice {
  return new Map(
    wanted.map(({ stream }) => {
      const declared = registry.get(stream);
      const route = readingRoutes(declared, 'full', dialect).find((one) => parentOf(declared, one) === declared.parent);
      if (!route)
        throw new ConnectorError(
          'failed',
          `The stream ${stream} has no other route than the feed that cannot advance.`,
        );
      return [stream, route];
    }),
  );
}
