/** No bookmark passes a parent that waits in a batch, or that is being read: it is held by the parent's own cursor (I2, I13). */
import { expect, test } from 'vitest';
import type { RunContext } from '../../../src/runtime/read/context.js';
import { Debts, NO_DEBTS } from '../../../src/runtime/read/debts.js';
import type { ReaderPlan } from '../../../src/runtime/read/look-at-parents.js';
import { ParentReader } from '../../../src/runtime/read/parent-reader.js';
import { parentOfRow } from '../../../src/runtime/read/parents.js';
import { isRequestRoute } from '../../../src/runtime/streams/registry.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

const stream = registry.get('issue_changelog');
const above = registry.get('issue_search');
const routes = stream.routes.filter(isRequestRoute).filter(({ dialect }) => dialect === undefined);
const hour = (n: number) => Date.parse(`2026-01-01T${String(n).padStart(2, '0')}:00:00Z`);

/** Histories of every issue that is asked for, as the site gives them; held back until `open` is called. */
function slowSite() {
  let open = () => undefined as undefined;
  const opened = new Promise<void>((resolve) => {
    open = () => resolve() as undefined;
  });
  const request = async ({ body }: { body: { issueIdsOrKeys: string[] } }) => {
    await opened;
    const issueChangeLogs = body.issueIdsOrKeys.map((issueId) => ({
      issueId,
      changeHistories: [{ id: `1${issueId}` }],
    }));
    return { json: { issueChangeLogs } };
  };
  return { open: () => open(), request };
}

test('a parent that waits holds the bookmark although its page was passed long ago', async () => {
  const site = slowSite();
  const run = {
    noteAnomalies: () => undefined,
    absence: { refusedParents: [], parentRead: () => undefined },
  };
  const node = { stream, parent: stream.parent ?? null };
  const ctx = { client: site, values: {}, debts: new Debts([], NO_DEBTS, 0) } as unknown as RunContext;
  const plan = { ctx, node, run, label: 'issue_changelog', routes, deliver: async () => undefined };
  const reader = new ParentReader(plan as unknown as ReaderPlan);
  const endOfPage = hour(9);
  for (const n of [3, 5, 9])
    await reader.add(parentOfRow(node, above, { id: String(n), updated: new Date(hour(n)).toISOString() }, endOfPage));
  expect(reader.watermark(endOfPage)).toBe(hour(3));
  const finished = reader.finish();
  expect(reader.watermark(endOfPage)).toBe(hour(3));
  site.open();
  await finished;
  expect(reader.watermark(endOfPage)).toBe(endOfPage);
});
