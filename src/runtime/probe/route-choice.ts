/** The way to read this time: measured where it is worth a request, assumed where little is to be read. */
import { ConnectorError } from '../../core/errors.js';
import type { HttpClient } from '../../http/client.js';
import { chooseRoutes, type Facts, fedBy, hasChoice } from '../plan/cost.js';
import { type Choice, type Dialect, readingRoutes, type Wanted } from '../plan/tree.js';
import type { Values } from '../requests/build-request.js';
import { parentOf, type Registry } from '../streams/registry.js';
import { orRefused } from './preparation.js';
import { samplePages } from './sample.js';
import { Shapes } from './shapes.js';

export interface ChoiceInput {
  readonly client: HttpClient;
  readonly registry: Registry;
  /** Requests per second. */
  readonly rate: number;
}

/** A whole read of unknown size is thought of as this many records: every route's cost grows alike with it, so a count would be a request for nothing. */
const MANY = 10_000;
/** Pages looked at while what they show speaks for one way and may as well speak for another. */
const MOST_PAGES = 3;
/** What changes between two runs. */
const FEW = 100;
/** Below it a round trip within the same region; used until one is measured. */
const USUAL_LATENCY = 0.3;

export interface Measured {
  readonly choice: Choice;
  /** The stream whose records the others may lie inside; null when no wanted stream has a choice. */
  readonly root: string | null;
  /** Whose request a sampled page is. */
  readonly label: string;
  /** Of the sampled pages, which may be none. */
  readonly shapes: Shapes;
  /** The first and the last record that was sampled. */
  readonly ends: readonly unknown[];
}

/** Costs one request when a whole read has a choice of routes, up to three when the first page leaves it open, else none. */
export async function measure(
  input: ChoiceInput,
  wanted: readonly Wanted[],
  dialect: Dialect,
  values: Values,
): Promise<Measured> {
  const shapes = new Shapes();
  const choosing = wanted.filter(({ stream }) => hasChoice(input.registry.get(stream)));
  if (choosing.length === 0) return { choice: new Map(), root: null, label: '', shapes, ends: [] };
  const root = rootOfChoice(input.registry, choosing);
  const worthIt = dialect === 'cloud' && choosing.some(({ mode }) => mode === 'full');
  const label = choosing.find(({ stream }) => stream === root)?.stream ?? choosing[0]?.stream ?? root;
  const choose = (inside: Facts['inside'], latency = shapes.latency ?? USUAL_LATENCY) =>
    chooseRoutes(input.registry, wanted, dialect, costFacts(input, root, { shapes, inside, latency }));
  // By requests alone: how long an answer took this time must not make a plan and its run look at different pages.
  const isOpen = () => !areSame(choose(shapes.asWell('min'), 0), choose(shapes.asWell('max'), 0));
  const ends: unknown[] = [];
  const look = async () => {
    for await (const page of samplePages(input.client, input.registry, root, choosing, values, label)) {
      shapes.add(page);
      ends.push(...page.ends);
      if (shapes.pages === MOST_PAGES || !isOpen()) return;
    }
  };
  // A site that refuses the sample refuses the walk, too, and then it concerns the streams of that walk alone.
  if (worthIt) await orRefused(look);
  return { choice: choose(shapes.expected()), root, label, shapes, ends: [ends[0], ends.at(-1)] };
}

const areSame = (one: Choice, other: Choice): boolean =>
  [...one].every(([stream, route]) => other.get(stream) === route);

/** The stream whose records the others may lie inside. */
function rootOfChoice(registry: Registry, choosing: readonly Wanted[]): string {
  for (const { stream } of choosing) {
    const { parent } = registry.get(stream);
    if (parent) return parent.stream;
  }
  return choosing[0]?.stream ?? '';
}

function costFacts(
  { registry, rate }: ChoiceInput,
  root: string,
  { shapes, inside, latency }: { readonly shapes: Shapes } & Pick<Facts, 'inside' | 'latency'>,
): Facts {
  const records = shapes.all ?? MANY;
  const total = (mode: Wanted['mode']) => (mode === 'full' ? records : FEW);
  const each = (feed: string) => shapes.mean(fedBy(registry, feed)?.stream ?? '');
  return {
    rate,
    latency,
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
