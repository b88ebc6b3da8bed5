/** What a site's own fields and the settings make of the streams, found before a table is opened: one request where it is needed. */
import { ConnectorError } from '../../core/errors.js';
import type { HttpClient } from '../../http/client.js';
import { HttpStatusError } from '../../http/errors.js';
import { type People, type Pseudonyms, pseudonymsOf } from '../auth/pseudonym.js';
import { type Dialect, readingRoutes } from '../plan/tree.js';
import { claimedPath } from '../requests/inside.js';
import { type PagedRequest, readList } from '../requests/read-pages.js';
import { onlyPaths, withoutPaths } from '../rows/chosen-paths.js';
import { type LeftOut, withoutElements, withoutFields } from '../rows/left-out.js';
import { withoutPeople } from '../rows/people.js';
import { chosenInside } from '../streams/chosen-columns.js';
import type { SiteField } from '../streams/custom-field-columns.js';
import { isRequestRoute, parentsOf, type Registry, type Stream } from '../streams/registry.js';
import { siteFieldOf, withSiteFields } from '../streams/site-fields.js';
import { orRefused, type Refused } from './preparation.js';

export interface ViewInput {
  readonly client: HttpClient;
  readonly registry: Registry;
  readonly site: string;
  readonly streams: readonly string[];
  readonly people: People;
}

/** A record as it may be written. @param leftOut told how many elements of left-out fields went. */
export type Cleaner = (record: unknown, leftOut: (count: number) => void) => unknown;

export interface SiteView {
  /** With the site's custom fields as columns, and without what the settings leave out. */
  readonly registry: Registry;
  /** Null: records of this stream are written as they come. */
  cleanerOf(stream: Stream): Cleaner | null;
  /** Null: people are written as they are. */
  readonly pseudonyms: Pseudonyms | null;
  /** Streams that cannot be read because the fields are not known, and why. */
  readonly refused: Refused;
}

/** Fields of people that every site has, by the names that histories give them. */
const PEOPLE_FIELDS = ['assignee', 'reporter', 'creator'];

/**
 * The streams that need to know the site's fields: those with columns of custom fields, and with settings that leave fields or people
 * out also those which ask for fields or tell of them.
 */
export function needFields({
  registry,
  streams,
  people,
}: Pick<ViewInput, 'registry' | 'streams' | 'people'>): readonly string[] {
  const excludes = [...registry.streams.values()].some(({ custom_fields: custom, chosen }) => custom && chosen);
  return streams.filter((name) => {
    const stream = registry.get(name);
    const above = parentsOf(stream).map((parent) => registry.get(parent.stream));
    return (
      stream.custom_fields !== undefined ||
      (stream.tells_of_fields !== undefined && (excludes || people.mode === 'pseudonymous')) ||
      (excludes && above.some((parent) => parent.custom_fields !== undefined))
    );
  });
}

/**
 * @throws ConnectorError kind `usage` for settings that name no field, `credentials` and `interrupted` as the client does;
 * any other refusal concerns the streams that need the fields.
 */
export async function viewSite(input: ViewInput, dialect: Dialect): Promise<SiteView> {
  const needing = needFields(input);
  const pseudonyms = input.people.mode === 'pseudonymous' ? pseudonymsOf(input.people, input.site) : null;
  const read = needing.length > 0 ? await orRefused(() => readFields(input, dialect, needing[0] ?? '')) : [];
  const fields = read instanceof ConnectorError ? [] : read;
  const refused: Refused =
    read instanceof ConnectorError
      ? new Map(needing.map((stream) => [stream, unknownFields(stream, read)]))
      : new Map<string, ConnectorError>();
  const known = needing.length > 0 && refused.size === 0;
  const site = known
    ? withSiteFields(input.registry, fields, input.streams)
    : { registry: input.registry, excluded: NONE };
  const { registry, excluded: ids } = site;
  const peopleFields = fields.filter(({ type, items }) => type === 'user' || items === 'user');
  const mask = pseudonyms && {
    pseudonym: (id: string) => pseudonyms.of(id),
    fields: wordsOf(peopleFields, PEOPLE_FIELDS),
  };
  const leftOut: LeftOut = {
    ids,
    words: wordsOf(
      fields.filter(({ id }) => ids.has(id)),
      [...ids],
    ),
  };
  return {
    registry,
    cleanerOf: (stream) => cleanerOf(stream, registry, leftOut, mask),
    pseudonyms,
    refused,
  };
}

const NONE: ReadonlySet<string> = new Set();

const wordsOf = (fields: readonly SiteField[], more: readonly string[]) =>
  new Set([...fields.flatMap(({ id, name }) => [id, name]), ...more].map((word) => word.toLowerCase()));

async function readFields({ client, registry }: ViewInput, dialect: Dialect, label: string) {
  const list = [...registry.streams.values()].find((stream) => stream.custom_fields)?.custom_fields?.stream ?? '';
  const route = readingRoutes(registry.get(list), 'full', dialect).find(isRequestRoute);
  if (!route) throw new ConnectorError('failed', `The stream ${list} has no route for this deployment (${dialect}).`);
  const records = await readList(client, label, route as PagedRequest, {}, 'the list of fields');
  return records.flatMap(({ record }) => siteFieldOf(record) ?? []);
}

/** Reading on without the list would write null into every column of a custom field. */
function unknownFields(stream: string, error: ConnectorError): ConnectorError {
  if (!(error instanceof HttpStatusError) || error.kind !== 'failed') return error;
  return new ConnectorError(
    'failed',
    `${stream}: the site does not tell which fields it has (status ${error.status}), so the columns of custom fields are not known; nothing was read. The account needs the permission to read fields (scope read:jira-work).`,
    { cause: error, detail: error.detail },
  );
}

function cleanerOf(
  stream: Stream,
  registry: Registry,
  leftOut: LeftOut,
  mask: Parameters<typeof withoutPeople>[1] | null,
): Cleaner | null {
  const steps: Cleaner[] = [];
  const { custom_fields: custom, tells_of_fields: tells, chosen } = stream;
  const otherNames = [...leftOut.ids].flatMap((id) => tells?.also?.[id] ?? []);
  const words = new Set([...leftOut.words, ...otherNames.map((word) => word.toLowerCase())]);
  const only = chosen !== undefined && 'include' in chosen.choice;
  if (custom && leftOut.ids.size > 0) steps.push((record) => withoutFields(record, custom.at, leftOut));
  if (tells && leftOut.ids.size > 0)
    steps.push((record, told) => {
      const { record: left, dropped } = withoutElements(record, tells, { ids: leftOut.ids, words });
      told(dropped);
      return left;
    });
  if (mask) steps.push((record) => withoutPeople(record, mask));
  // After the people: a name that is left out here may be what tells that it stands in a text there.
  const inside = chosenInside(stream, registry).map(claimedPath);
  const drop = [...(only ? [] : (chosen?.drop ?? [])), ...inside];
  if (only) steps.push(onlyPaths(chosen.keep));
  if (drop.length > 0) steps.push(withoutPaths(drop, chosen?.keep ?? []));
  if (steps.length === 0) return null;
  return (record, told) => steps.reduce((one, step) => step(one, told), record);
}
