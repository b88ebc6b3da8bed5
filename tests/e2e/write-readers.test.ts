/** Who may read a comment or a worklog: what was to be hidden is never public in silence, and readers come back by undo. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retryFailed, undo } from '../../src/app/write/runs.js';
import { placeOf, rowsOf, type Writing, writing } from '../helpers/writing.js';

let cloud: Writing;
let server: Writing;
beforeAll(async () => {
  [cloud, server] = await Promise.all([writing(), writing({ deployment: 'datacenter' })]);
});
afterAll(() => Promise.all([cloud.close(), server.close()]));

const SITES = [
  ['Cloud', () => cloud],
  ['Data Center', () => server],
] as const;

test.each(
  SITES,
)('%s: an internal comment that the site made public in silence fails, says which it is, and is not sent again', async (_, on) => {
  const site = on();
  const { comments } = site.jira.site;
  const rows = rowsOf([
    { issue: 'ENG-1', text: 'internal', internal: 'true' },
    { issue: 'ENG-1', text: 'public' },
  ]);
  const before = comments.countOf(placeOf(site, 'ENG-1'));
  site.jira.writes.rules.properties = 'ignored';
  // The second one is found again by its text.
  for (const destroyAfterWork of [false, true]) {
    if (destroyAfterWork) site.jira.faults.add({ match: 'writes', destroyAfterWork });
    const { report, failures } = await site.send('add_comment', rows, { again: String(destroyAfterWork) });
    const id = String(report.rows[0]?.result_id);
    expect(report).toMatchObject({ done: 1, failed: 1 });
    expect(failures).toEqual(['failed']);
    expect(report.rows[0]).toMatchObject({ state: 'failed', error: expect.stringContaining(`comment ${id}`) });
    expect(comments.get(Number(id))).toBeDefined();
    const again = await site.send('add_comment', rows, { again: String(destroyAfterWork) });
    expect(again.report).toMatchObject({ failed: 1, skipped: 1 });
    expect(again.report.rows[0]?.error).toContain(`comment ${id}`);
    const job = { ...site.job('', []), runId: report.run_id, send: true };
    await expect(retryFailed(job, { clock: site.clock })).rejects.toThrow('No row');
  }
  site.jira.writes.rules.properties = 'kept';
  expect(comments.countOf(placeOf(site, 'ENG-1')) - before).toBe(4);
  const kept = await site.send('add_comment', rows, { again: 'kept' });
  expect(kept.report).toMatchObject({ done: 2 });
});

test.each(
  SITES,
)('%s: readers from before are set again by undo, and a change of readers that never arrived is sent again', async (_, on) => {
  const site = on();
  const { comments, worklogs, directory } = site.jira.site;
  const group = directory.groups[1]?.name ?? '';
  const readers = 'role:Administrators';
  const place = placeOf(site, 'ENG-2');
  await site.send('add_comment', rowsOf([{ issue: 'ENG-2', text: 'few', visibility: readers }]));
  const work = { issue: 'ENG-2', started: '2026-03-02', time: '1h', visibility: readers };
  await site.send('create_worklog', rowsOf([work]));
  const said = () => comments.of(place).at(-1);
  const done = () => worklogs.of(place).at(-1);
  for (const [action, now, cells] of [
    ['update_comment', said, { comment: String(said()?.id), text: 'few' }],
    ['update_worklog', done, { worklog: String(done()?.id) }],
  ] as const) {
    site.jira.faults.add({ match: 'writes', destroy: true });
    const rows = rowsOf([{ issue: 'ENG-2', ...cells, visibility: `group:${group}` }]);
    const { report } = await site.send(action, rows);
    expect(report.rows).toMatchObject([{ state: 'done', error: null }]);
    expect(now()?.group).toBe(1);
    const job = { ...site.job('', []), runId: report.run_id, send: true };
    const undone = await undo(job, { clock: site.clock });
    expect(undone.report.rows).toMatchObject([{ state: 'done', error: null }]);
    expect(now()?.role?.name).toBe('Administrators');
  }
});
