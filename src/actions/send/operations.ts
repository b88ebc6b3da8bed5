/** Changes that Jira takes by the thousand: the same edit, transitions, deletions with all below. Version 3 of the API alone has them. */

import type { Dialect } from '../../contract/dialect.js';
import type { Json } from '../../contract/table.js';
import { chunks } from '../../core/chunks.js';
import { isObject, own } from '../../core/json-path.js';
import type { Entry, SentRequest } from '../journal/entry.js';
import { canonical } from '../plan/identity.js';
import { groupBy } from '../values/group-by.js';
import { editedFields } from './edited-fields.js';

/** A row as it will be sent, planned or noted. */
export type Sendable = Pick<Entry, 'id' | 'issueId' | 'request'>;

export interface Operation<Row extends Sendable = Entry> {
  /** Of different issues. */
  readonly entries: readonly Row[];
  readonly request: SentRequest;
}

const MOST = 1000;
/** Fewer are sent one by one: a task is asked for several times until it has ended. */
const FEWEST = 10;

/**
 * @param wentBefore rows that are sent again go one by one, and all of their issues with them: a task may still be at work on them
 * @returns what is sent together, and the rest in its order
 */
export function operationsOf<Row extends Sendable>(
  dialect: Dialect,
  action: string,
  entries: readonly Row[],
  wentBefore: (entry: Row) => boolean = () => false,
): { readonly operations: readonly Operation<Row>[]; readonly rest: readonly Row[] } {
  const make = MAKERS[action];
  if (make === undefined || dialect === 'datacenter') return { operations: [], rest: entries };
  const again = new Set(entries.filter(wentBefore).map(({ issueId }) => issueId));
  const fresh = entries.filter(({ issueId }) => !again.has(issueId));
  const fit = onlyOnes(fresh).filter((entry) => make(entry) !== null);
  const alike = groupBy(fit, (entry) => `${make(entry)?.alike} ${mailed(entry)}`);
  const operations = [...alike.values()]
    .flatMap((group) => [...chunks(group, MOST)])
    .filter((group) => group.length >= FEWEST)
    .map((group) => operationOf(group, make));
  const together = new Set(operations.flatMap((operation) => operation.entries.map(({ id }) => id)));
  return { operations, rest: entries.filter(({ id }) => !together.has(id)) };
}

/** Two rows of one issue have an order; a task has none. */
function onlyOnes<Row extends Sendable>(entries: readonly Row[]): readonly Row[] {
  const groups = groupBy(entries, ({ issueId }) => issueId ?? '');
  return entries.filter(({ issueId }) => issueId !== null && groups.get(issueId)?.length === 1);
}

const idsOf = (entries: readonly Sendable[]): readonly string[] => entries.map(({ issueId }) => issueId ?? '');

/** As the single request would have it: one that says nothing of mail sends it. */
const mailed = ({ request }: Sendable): boolean => request.query.notifyUsers !== 'false';

interface Made {
  /** Entries that have the same go together. */
  readonly alike: string;
  readonly path: string;
  /** Of entries that are alike, beside the mail. */
  readonly body: (entries: readonly Sendable[]) => { readonly [name: string]: Json };
}

/** Null for an entry that holds more than a task takes. */
type Make = (entry: Sendable) => Made | null;

const MAKERS: Readonly<Record<string, Make>> = {
  transition: ({ request: { body } }) => {
    const isAlone =
      isObject(body) && Object.keys(body).length === 1 && own(own(body, 'transition'), 'id') !== undefined;
    return isAlone ? { alike: '', path: '/rest/api/3/bulk/issues/transition', body: transitions } : null;
  },
  update_issue: ({ request: { body } }) => {
    const fields = isObject(body) && Object.keys(body).length === 1 ? own(body, 'fields') : undefined;
    const edited = isObject(fields) ? editedFields(fields as Readonly<Record<string, Json>>) : null;
    if (edited === null) return null;
    const selectedActions = Object.keys(fields as object);
    return {
      alike: canonical(fields as Json),
      path: '/rest/api/3/bulk/issues/fields',
      body: (entries) => ({ selectedIssueIdsOrKeys: idsOf(entries), selectedActions, editedFieldsInput: edited }),
    };
  },
  // A task deletes what is below, too; a row that does not want that is refused by Jira alone.
  delete_issue: ({ request: { query } }) =>
    query.deleteSubtasks === 'true'
      ? {
          alike: '',
          path: '/rest/api/3/bulk/issues/delete',
          body: (entries) => ({ selectedIssueIdsOrKeys: idsOf(entries) }),
        }
      : null,
};

const transitionOf = ({ request }: Sendable): string => String(own(own(request.body, 'transition'), 'id'));

function transitions(entries: readonly Sendable[]): { readonly [name: string]: Json } {
  const groups = groupBy(entries, transitionOf);
  return {
    bulkTransitionInputs: [...groups].map(([transitionId, ours]) => ({
      transitionId,
      selectedIssueIdsOrKeys: idsOf(ours),
    })),
  };
}

function operationOf<Row extends Sendable>(entries: readonly Row[], make: Make): Operation<Row> {
  const [first] = entries;
  const made = first === undefined ? null : make(first);
  const sendBulkNotification = first !== undefined && mailed(first);
  const body = { ...made?.body(entries), sendBulkNotification };
  return { entries, request: { method: 'POST', path: made?.path ?? '', query: {}, body } };
}
