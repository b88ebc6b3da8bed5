/** No bookmark passes a parent that waits in a batch, or that is being read: it is held by the parent's own cursor (I2, I13). */
import { expect, test } from 'vitest';
import type { RunContext } from '../../../src/runtime/read/context.js';
import { Debts, NO_DEBTS } from '../../../src/runtime/read/debts.js';
import type { ReaderPlan } from '../../../src/runtime/read/look-at-parents.js';
import { ParentReader } from '../../../src/runtime/read/parent-reader.js';
import { type Parent, parentOfRow } from '../../../src/runtime/read/parents.js';
import { isRequestRoute } from '../../../src/runtime/streams/registry.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

const stream = registry.get('issue_changelog');
const above = registry.get('issue_search');
const routes = stream.routes.filter(isRequestRoute).filter(({ dialect }) => dialect === undefined);
const hour = (n: number) => Date.parse(`2026-01-01T${String(n).padStart(2, '0')}:00:00Z`);

/** So many histories of every issue that is asked for, as the site gives them; held back until `open` is called. */
function slowSite(each = 1) {
  let open = () => undefined as undefined;
  const opened = new Promise<void>((resolve) => {
    open = () => resolve() as undefined;
  });
  const asked: string[][] = [];
  const request = async ({ body }: { body: { issueIdsOrKeys: string[] } }) => {
    asked.push(body.issueIdsOrKeys);
    await opened;
    const issueChangeLogs = body.issueIdsOrKeys.map((issueId) => ({
      issueId,
      changeHistories: Array.from({ length: each }, (_, at) => ({ id: `${at}-${issueId}` })),
    }));
    return { json: { issueChangeLogs } };
  };
  return { open: () => open(), request, asked };
}

function readerOf(site: ReturnType<typeof slowSite>): ParentReader {
  const run = {
    noteAnomalies: () => undefined,
    absence: { refusedParents: [], parentRead: () => undefined },
  };
  const node = { stream, parent: stream.parent ?? null };
  const ctx = { client: site, values: {}, debts: new Debts([], NO_DEBTS, 0) } as unknown as RunContext;
  const plan = { ctx, node, run, label: 'issue_changelog', routes, deliver: async () => undefined };
  return new ParentReader(plan as unknown as ReaderPlan);
}

/** An issue updated at this hour. */
const issue = (n: number, told: Parent['told'] = null, watermark = hour(n)) =>
  parentOfRow(
    { stream, parent: stream.parent ?? null },
    above,
    { id: String(n), updated: new Date(hour(n)).toISOString() },
    watermark,
    told,
  );

test('a parent that waits holds the bookmark although its page was passed long ago', async () => {
  const site = slowSite();
  const reader = readerOf(site);
  const endOfPage = hour(9);
  for (const n of [3, 5, 9]) await reader.add(issue(n, null, endOfPage));
  expect(reader.watermark(endOfPage)).toBe(hour(3));
  const finished = reader.finish();
  expect(reader.watermark(endOfPage)).toBe(hour(3));
  site.open();
  await finished;
  expect(reader.watermark(endOfPage)).toBe(endOfPage);
});

test('the histories of a thousand issues that have a hundred each do not wait for one commit together', async () => {
  const site = slowSite(4000);
  site.open();
  const reader = readerOf(site);
  // Pages of 10,000 are filled as well by seven of them and three as by ten.
  for (let n = 1; n <= 10; n++) await reader.add(issue(n, { total: 4000, keys: [] }));
  await reader.finish();
  expect(site.asked.map((ids) => ids.length)).toEqual([7, 3]);
});
