/** What the site refuses for one parent is taken for no more than it says: the others are asked, by the cheapest way that is left (I13). */
import { describe, expect, test } from 'vitest';
import type { Trouble } from '../../../src/runtime/plan/debt-rules.js';
import type { RunContext } from '../../../src/runtime/read/context.js';
import { Debts, NO_DEBTS } from '../../../src/runtime/read/debts.js';
import type { ReaderPlan } from '../../../src/runtime/read/look-at-parents.js';
import { ParentReader } from '../../../src/runtime/read/parent-reader.js';
import { parentKey } from '../../../src/runtime/read/parents.js';
import { Refusals } from '../../../src/runtime/read/refusals.js';
import { isRequestRoute } from '../../../src/runtime/streams/registry.js';
import { fakeClient, status } from '../../helpers/fake-client.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

const TROUBLE: Trouble = { reason: 'it said no', status: 500, waits: false };

type Answer = Parameters<typeof fakeClient>[0];

/** A reader of one of our streams, what it was told, and what it asked for. */
function readerOf(name: string, answer: Answer, owed: readonly string[] = []) {
  const stream = registry.get(name);
  const routes = stream.routes.filter(isRequestRoute).filter(({ dialect = 'both' }) => dialect === 'both');
  const { client, asked } = fakeClient(answer);
  const missed: [string, number][] = [];
  const run = {
    report: { stream: name },
    miss: (...what: [string, number]) => missed.push(what),
    noteAnomalies: () => undefined,
    absence: { refusedParents: [], parentRead: () => undefined },
  };
  const debts = new Debts([], NO_DEBTS, 0);
  const values = (id: string) => ({ issue_id: id });
  for (const id of owed)
    debts.tried({ stream: name, parent: parentKey(values(id)), name: id, values: values(id) }, TROUBLE);
  const node = { stream, parent: stream.parent ?? null, children: [] };
  const ctx = { client, values: {}, debts, streamOf: (one: string) => registry.get(one) } as unknown as RunContext;
  const plan = { ctx, node, run, label: name, routes, deliver: async () => undefined } as unknown as ReaderPlan;
  const reader = new ParentReader(plan);
  const add = (id: string, watermark: number | null = null) =>
    reader.add({
      ...{ stream: name, parent: parentKey(values(id)), name: id, values: values(id), row: {} },
      ...{ watermark, updated: null, told: null },
    });
  const paths = (word: string) => asked.filter(({ path }) => path.includes(word)).length;
  return { reader, add, debts, missed, paths };
}

const histories = (ids: readonly string[]) => ({
  issueChangeLogs: ids.map((issueId) => ({ issueId, changeHistories: [{ id: `1${issueId}` }] })),
});
const idsOf = ({ body }: { body?: unknown }) => (body as { issueIdsOrKeys: string[] }).issueIdsOrKeys;
const ONE = { values: [{ id: '1' }], total: 1, isLast: true };

describe('where the bulk route is refused', () => {
  test.each([404, 500])('an issue that answers %i leaves the others of its batch to be asked', async (refusal) => {
    const { reader, add, debts, missed, paths } = readerOf('issue_changelog', ({ path }) => {
      if (path.includes('bulkfetch')) return status(404);
      if (path.includes('/issue/5')) return status(refusal);
      return ONE;
    });
    for (let id = 1; id <= 9; id += 1) await add(String(id));
    await reader.finish();
    expect([paths('bulkfetch'), paths('/changelog')]).toEqual([1, 10]);
    expect(missed).toEqual(refusal === 404 ? [['gone', 1]] : []);
    expect(debts.of('issue_changelog').map(({ name }) => name)).toEqual(refusal === 404 ? [] : ['5']);
  });

  test('the next batch is not asked by it again', async () => {
    const { reader, add, paths } = readerOf('issue_changelog', ({ path }) =>
      path.includes('bulkfetch') ? status(404) : ONE,
    );
    await add('1');
    await reader.finish();
    await add('2');
    await reader.finish();
    expect([paths('bulkfetch'), paths('/changelog')]).toEqual([1, 3]);
  });
});

test('an issue in doubt that is looked at alone does not end the bulk route for the others', async () => {
  // No list at all, where only the issue without history may have none.
  const { reader, add, paths } = readerOf('issue_changelog', (sent) => {
    if (!sent.path.includes('bulkfetch')) return ONE;
    return idsOf(sent).includes('1') ? {} : histories(idsOf(sent));
  });
  await add('1');
  await reader.finish();
  for (const id of ['2', '3', '4']) await add(id);
  await reader.finish();
  // Twice for the one in doubt, once for the three.
  expect([paths('bulkfetch'), paths('/issue/')]).toEqual([3, 1]);
});

describe('a 403 that would mean that links are switched off', () => {
  test('is the trouble of one issue once another was answered, and the rest is asked', async () => {
    const { reader, add, debts, missed, paths } = readerOf('issue_remote_links', ({ path }) =>
      path.includes('/issue/2/') ? status(403) : [],
    );
    for (const id of ['1', '2', '3', '4']) {
      await add(id);
      await reader.pause();
    }
    await reader.finish();
    expect(paths('remotelink')).toBe(4);
    expect([missed, reader.commonRefusal()]).toEqual([[], null]);
    expect(debts.of('issue_remote_links').map(({ name }) => name)).toEqual(['2']);
  });

  test('is believed where nothing is answered, whatever else is refused, and no other issue is asked', async () => {
    const { reader, add, paths } = readerOf('issue_remote_links', ({ path }) =>
      path.includes('/issue/1/') || path.endsWith('/issue/1') ? status(404) : status(403),
    );
    for (const id of ['1', '2', '3', '4']) {
      await add(id);
      await reader.pause();
    }
    await reader.finish();
    expect([paths('remotelink'), reader.commonRefusal()]).toEqual([2, 'unsupported']);
  });

  test('is the error of the stream when an answer under way refutes it, and holds the bookmark', async () => {
    const later = new Promise((resolve) => setTimeout(() => resolve([]), 20));
    const { reader, add } = readerOf('issue_remote_links', ({ path }) =>
      path.includes('/issue/1/') ? status(403) : later,
    );
    await add('2', 200);
    await add('1', 100);
    await add('3', 300);
    await expect(reader.finish()).rejects.toMatchObject({ status: 403 });
    expect(reader.watermark(300)).toBe(100);
  });

  test('ends no debt by itself: a run in which nothing else is asked keeps what is owed', async () => {
    const { reader, add, debts } = readerOf('issue_remote_links', () => status(403), ['1', '2']);
    for (const id of ['1', '2']) {
      await add(id);
      await reader.pause();
    }
    await reader.finish();
    expect(debts.of('issue_remote_links').map(({ name }) => name)).toEqual(['1', '2']);
  });
});

test('a stream is refused as a whole where every request was refused alike, and not where one was answered or in trouble', () => {
  const refusals = new Refusals();
  expect(refusals.common).toBeNull();
  refusals.refuse('forbidden');
  refusals.answer();
  refusals.hide('forbidden');
  expect(refusals.common).toBe('forbidden');
  refusals.trouble();
  expect(refusals.common).toBeNull();
});
