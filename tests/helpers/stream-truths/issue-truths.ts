/** What is asked for issue by issue. */
import { FIRST_ISSUE_ID } from '../../../simulator/issues/issue-table.js';
import type { Simulator } from '../../../simulator/simulator.js';
import { PROPERTY_KEYS } from '../jira-and-warehouse.js';
import type { Row, TruthCase } from './truth-case.js';

/** Places of visible issues. */
export const places = ({ site }: Simulator): readonly number[] =>
  Array.from({ length: site.table.size }, (_, place) => place).filter((place) => site.table.visible[place] === 1);
const idOf = (place: number) => String(FIRST_ISSUE_ID + place);

const people =
  (kind: 'watchersOf' | 'votersOf') =>
  (jira: Simulator): readonly Row[] =>
    places(jira).flatMap((place) =>
      jira.site.extras[kind](place).map((person) => ({
        issue_id: idOf(place),
        account_id: jira.site.directory.people[person]?.accountId ?? '',
        display_name: jira.site.directory.people[person]?.displayName ?? '',
      })),
    );

const links = (jira: Simulator): readonly Row[] =>
  places(jira).flatMap((place) =>
    jira.site.extras.linksOf(place).map(({ id, url, title, summary, relationship, resolved, application }) => ({
      ...{ issue_id: idOf(place), id: String(id), url, title, summary: summary ?? null },
      ...{ relationship: relationship ?? null, resolved: resolved ?? null },
      application_name: application?.name ?? null,
    })),
  );

export const properties = (jira: Simulator): readonly Row[] =>
  places(jira).flatMap((place) =>
    [...jira.site.extras.propertiesOf(place)]
      .filter(([key]) => PROPERTY_KEYS.includes(key))
      .map(([key, value]) => ({ issue_id: idOf(place), key, value: JSON.stringify(value) })),
  );

export const ISSUE_TRUTHS: readonly TruthCase[] = [
  { stream: 'issue_watchers', truth: people('watchersOf') },
  { stream: 'issue_votes', truth: people('votersOf') },
  { stream: 'issue_remote_links', truth: links },
  { stream: 'issue_properties', truth: properties },
  {
    stream: 'worklog_deleted',
    arrange: ({ edit }) => {
      edit.churn({ deletedWorklogs: 3 });
      // The feed leaves out the last minute.
      edit.advance(120_000);
    },
    truth: ({ site }) => site.deletedWorklogs.map(({ worklogId }) => ({ worklog_id: String(worklogId) })),
  },
];
