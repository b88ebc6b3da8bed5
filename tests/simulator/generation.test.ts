import { describe, expect, it } from 'vitest';
import { chooseFields, renderIssue } from '../../simulator/issues/render.js';
import { Shapes } from '../../simulator/issues/shapes.js';
import { SiteIssues } from '../../simulator/issues/site-issues.js';
import type { SiteOptions } from '../../simulator/model.js';
import { makeDirectory } from '../../simulator/site/directory.js';
import { DEFAULT_SITE, REAL_SITE } from '../../simulator/site/options.js';
import { momentOf } from './visitor.js';

const make = (options: Partial<SiteOptions> = {}): SiteIssues => {
  const all = { ...DEFAULT_SITE, ...options };
  return new SiteIssues(all, makeDirectory(all));
};
const render = (site: SiteIssues, place: number): { fields: Record<string, unknown> } => {
  const options = { choice: chooseFields(site, ['*all'], []), expand: new Set(['changelog']), form: 'adf' } as const;
  return renderIssue(site, new Shapes(site.directory, 'http://site'), place, options) as never;
};
const places = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

describe('made issues', () => {
  it('are the same bytes for the same seed, whatever was made before, and others for another seed', () => {
    const [first, second] = [make(), make()];
    render(second, 900);
    expect(JSON.stringify(render(second, 42))).toBe(JSON.stringify(render(first, 42)));
    expect(JSON.stringify(render(make({ seed: 2 }), 42))).not.toBe(JSON.stringify(render(first, 42)));
  });

  it('number keys per project without holes, in live projects only', () => {
    const site = make();
    const keys = places(1000).map((place) => site.keyAt(place));
    expect(new Set(keys).size).toBe(1000);
    for (const [place, project] of site.directory.projects.entries()) {
      const count = keys.filter((key) => key.startsWith(`${project.key}-`)).length;
      expect(count).toBe(site.table.lastNumber[place]);
      expect(count > 0).toBe(project.state === 'live');
    }
  });

  it("never put a child after the issue's own `updated`, nor before its creation", () => {
    const site = make({ issues: 300 });
    for (const place of places(300)) {
      const [from, until] = [site.table.created[place] ?? 0, site.table.updated[place] ?? 0];
      const children = [...site.comments.of(place), ...site.worklogs.of(place)];
      const moments = [
        ...children.map(({ updated }) => updated),
        ...site.histories.of(place).map(({ created }) => created),
      ];
      expect(moments.every((at) => at >= from && at <= until)).toBe(true);
    }
  });

  it('end the history of the status at the status of the issue', () => {
    const site = make({ issues: 300 });
    for (const place of places(300)) {
      const changes = site.histories.of(place).flatMap(({ items }) => items.filter(({ field }) => field === 'status'));
      const last = changes.at(-1);
      if (last !== undefined) expect(last.to).toBe(site.directory.statuses[site.table.status[place] ?? 0]?.id);
    }
  });

  it('hold the odd cases even on a small site: nothing at all, 250 and more comments, more than the inline caps', () => {
    const site = make({ issues: 20 });
    const counts = places(20).map((place) => [
      site.comments.countOf(place),
      site.worklogs.countOf(place),
      site.histories.countOf(place),
    ]);
    expect(counts).toContainEqual([0, 0, 0]);
    expect(Math.max(...counts.map(([comments = 0]) => comments))).toBeGreaterThanOrEqual(250);
    expect(Math.max(...counts.map(([, worklogs = 0]) => worklogs))).toBeGreaterThan(20);
    expect(Math.max(...counts.map(([, , histories = 0]) => histories))).toBeGreaterThan(40);
  });

  it('have about 4 comments, 3 worklogs and 10 histories each, or exactly what was asked for', () => {
    const { table } = make({ issues: 20_000 });
    const mean = (totals: Int32Array): number => (totals[20_000] ?? 0) / 20_000;
    expect(mean(table.commentsBefore)).toBeCloseTo(4, 0);
    expect(mean(table.worklogsBefore)).toBeCloseTo(3, 0);
    expect(mean(table.historiesBefore)).toBeCloseTo(10, 0);
    const exact = make({ issues: 10, perIssue: { comments: 4, worklogs: 3, histories: 10 } });
    expect(places(10).map((place) => exact.comments.of(place).length)).toEqual(new Array(10).fill(4));
    expect(exact.table.historiesBefore[10]).toBe(100);
  });

  it('are on a site like a real one 21 KB each, with 45 custom fields, one of twenty with a big number, some with more than a page shows', () => {
    const site = make({ ...REAL_SITE, issues: 3000 });
    expect(site.directory.fields.filter(({ custom }) => custom)).toHaveLength(45);
    const issues = places(3000).map((place) => JSON.stringify(render(site, place)));
    const bytes = issues.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / issues.length;
    expect(bytes / 1000).toBeGreaterThan(20);
    expect(bytes / 1000).toBeLessThan(22);
    const big = issues.filter((text) => /[:,]\d{16,}/.test(text)).length;
    expect(big / issues.length).toBeCloseTo(0.05, 2);
    for (const children of [site.comments, site.worklogs])
      expect(places(3000).filter((place) => children.countOf(place) > 20).length).toBeGreaterThan(15);
    expect(places(3000).filter((place) => site.histories.countOf(place) > 40).length).toBeGreaterThan(15);
  });

  it('fill every custom field somewhere, but for those that only apps fill', () => {
    const site = make();
    const filled = new Set<string>();
    for (const place of places(400)) {
      for (const [id, value] of Object.entries(render(site, place).fields)) if (value !== null) filled.add(id);
    }
    const empty = site.directory.fields.filter(({ id }) => !filled.has(id)).map(({ id }) => id);
    expect(empty).toEqual(['security', 'customfield_10010']);
  });

  it('hold Unicode, right-to-left text, absent assignees and deleted accounts', () => {
    const site = make();
    const issues = places(200).map((place) => render(site, place));
    const text = JSON.stringify(issues);
    for (const sample of ['検索', 'תשלום', '👩‍👩‍👧‍👦', 'Größe', 'Former user']) expect(text).toContain(sample);
    expect(issues.some(({ fields }) => fields.assignee === null)).toBe(true);
    expect(issues.some(({ fields }) => fields.parent === undefined)).toBe(true);
    expect(issues.every(({ fields }) => momentOf(fields.updated) >= momentOf(fields.created))).toBe(true);
  });

  it('show both ends of a link', () => {
    const site = make();
    const linksOf = (place: number): { id: string }[] => render(site, place).fields.issuelinks as { id: string }[];
    const from = places(200).find((place) => linksOf(place).some((link) => 'outwardIssue' in link)) ?? 0;
    const outward = linksOf(from).find((link) => 'outwardIssue' in link);
    expect(linksOf(from + 3)).toContainEqual(
      expect.objectContaining({ id: outward?.id, inwardIssue: expect.anything() }),
    );
  });
});

describe('a site of 100,000 issues', () => {
  it('keeps less than 200 bytes per issue, so that bodies cannot be among what is kept', () => {
    const before = process.memoryUsage();
    const site = make({ issues: 100_000 });
    const after = process.memoryUsage();
    const grown = after.arrayBuffers - before.arrayBuffers;
    expect(grown).toBeGreaterThan(0);
    expect(grown / 100_000).toBeLessThan(200);
    expect(site.keyAt(99_999)).toMatch(/-\d+$/);
  });
});
