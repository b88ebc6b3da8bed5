/** Child: a simulated Jira that takes orders between syncs. */
import { type Simulator, startSimulator } from '../simulator/simulator.js';
import { answerOrders } from './child.js';
import type { Counts, SiteOrder } from './site.js';

let jira: Simulator | undefined;

answerOrders<SiteOrder>(async (order) => {
  if (order.do === 'start') {
    jira = await startSimulator(order.options);
    return { url: jira.url, email: jira.email, apiToken: jira.apiToken };
  }
  if (!jira) throw new Error('the site is not started');
  switch (order.do) {
    case 'pass':
      return jira.edit.advance(order.ms);
    case 'churn':
      return jira.edit.churn(order.churn);
    case 'fill':
      return fill(jira, order.fields, order.length);
    case 'log':
      return { maxInAnySecond: jira.requests.maxInAnySecond(), log: jira.requests.log };
    case 'forget':
      return jira.requests.clear();
    case 'count':
      return countsOf(jira);
    case 'cost': {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000_000;
    }
  }
});

/** Any field of the kind that is one line of text. */
const TEXT_FIELD = 'customfield_10030';
const filled: string[] = [];
let fills = 0;

function fill({ site, edit }: Simulator, fields: number, length: number): void {
  fills += 1;
  while (filled.length < fields) filled.push(edit.fields.add(`Text ${filled.length}`, TEXT_FIELD));
  for (let place = 0; place < site.table.size; place += 1)
    edit.updateIssue(
      site.idOf(place),
      Object.fromEntries(filled.map((field) => [field, `${fills} ${place} ${field} `.padEnd(length, 'text ')])),
    );
}

function countsOf({ site }: Simulator): Counts {
  const { table } = site;
  const sum = (before: ArrayLike<number>) => Number(before[table.size] ?? 0);
  return {
    issues: table.visible.subarray(0, table.size).reduce((total, visible) => total + visible, 0),
    comments: sum(table.commentsBefore),
    worklogs: sum(table.worklogsBefore),
    histories: sum(table.historiesBefore),
    beyondPages: {
      comments: beyond(table.commentsBefore, 20, (rows) => Math.ceil(rows / 100)),
      worklogs: beyond(table.worklogsBefore, 20, () => 1),
      histories: Math.ceil(beyond(table.historiesBefore, 40, () => 1) / 1000),
    },
  };
}

/** @param before running totals, by place of the issue @param cap rows that lie inside an issue */
function beyond(before: ArrayLike<number>, cap: number, requests: (rows: number) => number): number {
  let total = 0;
  for (let place = 0; place + 1 < before.length; place += 1) {
    const rows = Number(before[place + 1]) - Number(before[place]);
    if (rows > cap) total += requests(rows);
  }
  return total;
}
