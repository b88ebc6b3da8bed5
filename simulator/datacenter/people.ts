/** People as Data Center knows them: by a key that never changes and a login name, with their address for everybody to see. */

import type { Directory, Person } from '../model.js';
import { avatarUrls } from '../routes/shapes.js';

type Json = Record<string, unknown>;

export class ServerPeople {
  private readonly places: ReadonlyMap<string, number>;

  constructor(directory: Directory) {
    this.places = new Map(directory.people.map(({ accountId }, place) => [accountId, place]));
  }

  /** Undefined for a text that is no account id. */
  keyOf(accountId: string): string | undefined {
    const place = this.places.get(accountId);
    return place === undefined ? undefined : keyAt(place);
  }

  user(origin: string, person: Person): Json {
    const place = this.places.get(person.accountId) ?? 0;
    const name = loginName(person, place);
    return {
      self: `${origin}/rest/api/2/user?username=${encodeURIComponent(name)}`,
      key: keyAt(place),
      name,
      emailAddress: person.emailAddress ?? `${name}@example.com`,
      avatarUrls: avatarUrls(origin, `/secure/useravatar/${place}`),
      displayName: person.displayName,
      active: person.active,
      deleted: false,
      timeZone: person.timeZone ?? 'Etc/UTC',
      locale: 'en_US',
    };
  }
}

const keyAt = (place: number): string => `JIRAUSER${10_100 + place}`;
/** Undefined for a key that nobody has. */
export const personOfKey = (directory: Directory, key: string): Person | undefined =>
  directory.people.find((_, place) => keyAt(place) === key);

/** The first account owns the credentials. */
export const OWNER_NAME = 'ada';

/** In the person's own script, told apart by a number. */
export const loginName = ({ displayName }: Person, place: number): string =>
  place === 0 ? OWNER_NAME : `${displayName.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '.')}${place}`;
