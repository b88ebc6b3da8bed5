/** A changelog that contradicts the issue would let wrong queries over it look right. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { visitor } from './visitor.js';

interface Item {
  readonly field: string;
  readonly fieldId?: string;
  readonly from: string | null;
  readonly fromString: string | null;
  readonly to: string | null;
  readonly toString: string | null;
}
interface Entry {
  readonly id: string;
  readonly created: string;
  readonly items: readonly Item[];
}
type Fields = Readonly<Record<string, unknown>>;
interface Issue {
  readonly key: string;
  readonly fields: Fields;
  readonly entries: readonly Entry[];
}

const ISSUES = 150;
let jira: Simulator;
let issues: Issue[];

async function readIssues(): Promise<Issue[]> {
  const { ask } = visitor(jira);
  return Promise.all(
    Array.from({ length: ISSUES }, async (_, place) => {
      const id = jira.site.idOf(place);
      const { key, fields } = (await ask<{ key: string; fields: Fields }>(`/rest/api/3/issue/${id}?fields=*all`)).body;
      const entries: Entry[] = [];
      for (let total = 1; entries.length < total; ) {
        const path = `/rest/api/3/issue/${id}/changelog?startAt=${entries.length}`;
        const { body } = await ask<{ total: number; values: Entry[] }>(path);
        entries.push(...body.values);
        total = body.total;
      }
      return { key, fields, entries };
    }),
  );
}

const name = (value: unknown) => (value as { name?: string } | null)?.name ?? null;
const id = (value: unknown) => (value as { id?: string } | null)?.id ?? null;
const ids = (value: unknown) => ((value as { id: number }[] | null) ?? []).map((one) => one.id).join(', ');

/** What the issue itself says, as the changelog would write it. */
const PRESENT: Readonly<Record<string, (fields: Fields) => unknown>> = {
  status: ({ status }) => [id(status), name(status)],
  resolution: ({ resolution }) => [id(resolution), name(resolution)],
  priority: ({ priority }) => [id(priority), name(priority)],
  assignee: ({ assignee }) => {
    const person = assignee as { accountId: string; displayName: string } | null;
    return [person?.accountId ?? null, person?.displayName ?? null];
  },
  summary: ({ summary }) => [null, summary],
  labels: ({ labels }) => [null, (labels as string[]).join(' ')],
  customfield_10016: ({ customfield_10016: value }) => [null, value === null ? null : String(value)],
  customfield_10026: ({ customfield_10026: value }) => [null, value === null ? null : String(value)],
};

const itemsOf = ({ entries }: Issue, field: string) =>
  entries.flatMap(({ items }) => items.filter(({ fieldId }) => fieldId === field));

describe.each(['as made', 'after edits of all of them'])('the changelog of issues %s', (when) => {
  beforeAll(async () => {
    jira = await startSimulator({ issues: ISSUES, fixedClock: true });
    if (when !== 'as made') editAll();
    issues = await readIssues();
  });
  afterAll(() => jira.close());

  it.each(Object.keys(PRESENT))('is one chain of %s that ends at the present value', (field) => {
    let chains = 0;
    for (const issue of issues) {
      const items = itemsOf(issue, field);
      for (const [n, item] of items.entries()) {
        const next = items[n + 1];
        const after = next === undefined ? PRESENT[field]?.(issue.fields) : [next.from, next.fromString];
        expect([issue.key, item.to, item.toString]).toEqual([issue.key, ...(after as unknown[])]);
        expect([item.from, item.fromString]).not.toEqual([item.to, item.toString]);
      }
      chains += items.length > 1 ? 1 : 0;
    }
    expect(chains).toBeGreaterThan(5);
  });

  it('is one chain of sprints, told as lists of ids', () => {
    for (const issue of issues) {
      const items = itemsOf(issue, 'customfield_10020');
      for (const [n, { to }] of items.entries())
        expect(to).toBe(items[n + 1] === undefined ? ids(issue.fields.customfield_10020) : items[n + 1]?.from);
    }
  });

  it('begins with an issue that is not done and has no resolution', () => {
    for (const issue of issues) {
      const [first] = itemsOf(issue, 'status');
      const status = jira.site.directory.statuses.find((one) => one.id === first?.from);
      if (when === 'as made') expect(status?.category).not.toBe('done');
      if (when === 'as made') expect(itemsOf(issue, 'resolution')[0]?.from ?? null).toBeNull();
    }
  });

  it('dates the resolution, and the category of the status, by the entry that changed them', () => {
    const category = (statusId: string | null) =>
      jira.site.directory.statuses.find((one) => one.id === statusId)?.category;
    let seen = 0;
    for (const { fields, entries } of issues) {
      const moved = entries.findLast(({ items }) =>
        items.some(({ fieldId, from, to }) => fieldId === 'status' && category(from) !== category(to)),
      );
      expect(fields.statuscategorychangedate).toBe(moved?.created ?? fields.created);
      expect(fields.resolutiondate).toBe(fields.resolution === null ? null : (moved?.created ?? fields.created));
      seen += moved === undefined ? 0 : 1;
    }
    expect(seen).toBeGreaterThan(50);
  });

  it('has no id twice on the whole site', () => {
    const all = issues.flatMap(({ entries }) => entries.map((entry) => entry.id));
    expect(new Set(all).size).toBe(all.length);
  });
});

/** Two rounds, so that an edit also follows an edit. */
function editAll(): void {
  const { statuses, priorities, people, sprints } = jira.site.directory;
  const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;
  for (const round of [1, 2]) {
    for (let place = 0; place < ISSUES; place += 1) {
      jira.edit.advance(1);
      const { table } = jira.site;
      const other = (column: 'status' | 'priority' | 'assignee' | 'sprint', by: number) =>
        (table[column][place] ?? 0) + 1 + ((place * 7 + by) % 3);
      jira.edit.updateIssue(jira.site.idOf(place), {
        status: pick(statuses, other('status', round)).id,
        priority: pick(priorities, other('priority', round)).id,
        assignee: pick(people, other('assignee', round)).accountId,
        sprint: pick(sprints, other('sprint', round)).id,
        summary: `round ${round} of ${place}`,
        labels: [`round${round}`, 'edited'],
        customfield_10016: 100 + place + round,
        customfield_10026: 200 + place + round,
      });
    }
  }
}

describe('moments and people', () => {
  beforeAll(async () => {
    jira = await startSimulator({ issues: ISSUES, fixedClock: true });
  });
  afterAll(() => jira.close());

  it('writes when work was done in the time zone of the site, whoever did it', async () => {
    const { ask } = visitor(jira);
    const { body } = await ask<{ worklogs: { started: string; author: { timeZone?: string } }[] }>(
      `/rest/api/3/issue/${jira.site.idOf(11)}/worklog`,
    );
    const format = new Intl.DateTimeFormat('en-US', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' });
    for (const { started } of body.worklogs) {
      const offset = format.formatToParts(Date.parse(started)).find(({ type }) => type === 'timeZoneName')?.value;
      expect(`GMT${started.slice(-5, -2)}:${started.slice(-2)}`).toBe(offset);
    }
    expect(new Set(body.worklogs.map(({ author }) => author.timeZone)).size).toBeGreaterThan(3);
  });
});
