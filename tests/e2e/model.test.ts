/** Whatever happens to a site between runs of whatever kind: after a quiet run with census and re-read the tables are the site. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER } from '../helpers/jira-and-warehouse.js';
import { ISSUE_STREAMS, siteLines, tableLines } from '../helpers/site-truth.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ALWAYS = { census: 0, overlap: null, reread: new Map([['issue_comments', 0]]) };

/** `pick` chooses among what there is at that moment. */
const edit = fc.record({
  kind: fc.constantFrom(
    ...(['update', 'comment', 'editComment', 'dropComment', 'worklog', 'editWorklog', 'dropWorklog'] as const),
    ...(['move', 'delete', 'archive', 'create', 'advance'] as const),
  ),
  pick: fc.nat(10_000),
});
const run = fc.record({
  edits: fc.array(edit, { maxLength: 8 }),
  streams: fc.subarray([...ISSUE_STREAMS], { minLength: 1 }),
  rate: fc.constantFrom(0.001, 1_000_000),
  census: fc.boolean(),
  fullRefresh: fc.boolean(),
});

test('after any edits and any runs, one quiet run brings the tables to the site', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(run, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(0, 20 * MINUTE),
      async (runs, indexLagMs) => {
        const world = await jiraAndWarehouse({
          issues: 12,
          projects: 2,
          indexLagMs,
          perIssue: { comments: 1, worklogs: 2, histories: 1 },
        });
        try {
          for (const { edits, streams, rate, census, fullRefresh } of runs) {
            const schedule = { ...NEVER, census: census ? 1 : null };
            expect((await world.sync(streams, { rate, schedule, fullRefresh })).failures).toEqual([]);
            for (const one of edits) apply(world, one);
          }
          world.jira.edit.advance(HOUR / 2);
          expect((await world.sync(ISSUE_STREAMS, { schedule: ALWAYS })).failures).toEqual([]);
          expect(await tableLines(world)).toEqual(await siteLines(world.jira));
        } finally {
          await world.close();
        }
      },
    ),
    { numRuns: 6 },
  );
});

function apply({ jira }: JiraAndWarehouse, { kind, pick }: { kind: string; pick: number }): void {
  const { site, edit } = jira;
  const { table } = site;
  const places = Array.from({ length: table.size }, (_, place) => place).filter((place) => table.visible[place] === 1);
  const place = places[pick % Math.max(1, places.length)];
  if (place === undefined) return;
  const id = site.idOf(place);
  const comment = site.comments.of(place).map((one) => String(one.id))[0];
  const worklog = site.worklogs.of(place).map((one) => String(one.id))[0];
  const projects = site.directory.projects.filter(({ state }) => state === 'live');
  const project = projects[pick % Math.max(1, projects.length)]?.key ?? '';
  edit.advance(1);
  if (kind === 'update') edit.updateIssue(id, { summary: `changed ${pick}` });
  if (kind === 'comment') edit.addComment(id, `comment ${pick}`);
  if (kind === 'editComment' && comment) edit.editComment(comment, `edited ${pick}`, { touch: pick % 2 === 0 });
  if (kind === 'dropComment' && comment) edit.deleteComment(comment, { touch: pick % 2 === 0 });
  if (kind === 'worklog') edit.addWorklog(id, { seconds: pick + 60 });
  if (kind === 'editWorklog' && worklog) edit.editWorklog(worklog, { seconds: pick + 60 });
  if (kind === 'dropWorklog' && worklog) edit.deleteWorklog(worklog);
  if (kind === 'move') edit.moveIssue(id, project);
  if (kind === 'delete') edit.deleteIssue(id);
  if (kind === 'archive') edit.archiveIssue(id);
  if (kind === 'create') edit.createIssue(project, { summary: `made ${pick}` });
  if (kind === 'advance') edit.advance(pick * 1000);
}
