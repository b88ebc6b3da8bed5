/** The actions there are, by the names people know them by. */
import type { Dialect } from '../../contract/dialect.js';
import { refuseUnknown } from '../../core/yaml-file.js';
import type { ActionFile, InputDecl } from './action-file.js';

export interface Action extends ActionFile {
  /** Path as people know it, such as `actions/add_comment.yaml`. */
  readonly file: string;
}

export interface ActionRegistry {
  /** By their own names, in the order of these. */
  readonly actions: ReadonlyMap<string, Action>;
  /** By any of its names. @throws ConnectorError kind `usage` naming the nearest one */
  get(name: string): Action;
}

export function makeActionRegistry(all: readonly Action[]): ActionRegistry {
  const sorted = [...all].sort((a, b) => (a.action < b.action ? -1 : 1));
  const actions = new Map(sorted.map((one) => [one.action, one]));
  const byAnyName = new Map(sorted.flatMap((one) => [one.action, ...(one.also ?? [])].map((name) => [name, one])));
  return {
    actions,
    get(name) {
      refuseUnknown('There is no action', [name], [...byAnyName.keys()]);
      return byAnyName.get(name) as Action;
    },
  };
}

export interface RequestLine {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
}

/** `POST /path` -> its two parts. */
export function requestParts(line: string): RequestLine {
  const [method = '', path = ''] = line.split(' ');
  return { method: method as RequestLine['method'], path };
}

/** A request line as one kind of deployment knows it: Data Center has no version 3. */
export function spokenOn(dialect: Dialect, line: string): string {
  return dialect === 'cloud' ? line : line.replace(' /rest/api/3/', ' /rest/api/2/');
}

export function requestOn(dialect: Dialect, { request, datacenter }: Action): string {
  return dialect === 'datacenter' && datacenter !== undefined ? datacenter : spokenOn(dialect, request);
}

/** Where an input goes there. */
export const placeOn = (dialect: Dialect, { put, datacenter }: Pick<InputDecl, 'put' | 'datacenter'>): string =>
  dialect === 'datacenter' && datacenter !== undefined ? datacenter : put;

/** Why it cannot be done there; null when it can. */
export function absenceOf(action: Action, dialect: Dialect | null): string | null {
  return action.unsupported ?? (dialect === 'datacenter' ? (action.not_on?.datacenter ?? null) : null);
}
