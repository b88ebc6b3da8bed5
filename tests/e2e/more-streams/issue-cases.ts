/** Cases of issues: what is asked for issue by issue. */
import { FIRST_ISSUE_ID } from '../../../simulator/issues/issue-table.js';
import type { Simulator } from '../../../simulator/simulator.js';
import { PROPERTY_KEYS } from '../../helpers/jira-and-warehouse.js';
import { type FaultCase, notFound, type Row, refusedAt, type TruthCase } from './stream-case.js';

const places = ({ site }: Simulator): readonly number[] =>
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

const properties = (jira: Simulator): readonly Row[] =>
  places(jira).flatMap((place) =>
    [...jira.site.extras.propertiesOf(place)]
      .filter(([key]) => PROPERTY_KEYS.includes(key))
      .map(([key, value]) => ({ issue_id: idOf(place), key, value: JSON.stringify(value) })),
  );

export const TRUTHS: readonly TruthCase[] = [
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

const watched = (jira: Simulator) => places(jira).filter((place) => jira.site.extras.watchersOf(place).length > 0);
const counted = (of: (place: number) => readonly unknown[], jira: Simulator) =>
  places(jira).reduce((sum, place) => sum + of(place).length, 0);

const DENIED = 'watchers and voters may not be seen, and linking is off';
const OFF = 'voting is off, and an issue is gone';
const NOTHING = 'nobody watches or votes';

export const FAULTS: readonly FaultCase[] = [
  // 60 issues with 1 to 4 watchers each; a count beside an empty list is no empty list.
  {
    ...{ when: DENIED, stream: 'issue_watchers', site: { features: { viewWatchers: false, issueLinking: false } } },
    ...{ state: 'forbidden', outcomes: { not_visible: 150 } },
  },
  { when: DENIED, stream: 'issue_votes', site: { voted: 1 }, state: 'forbidden', outcomes: { not_visible: 120 } },
  { when: DENIED, stream: 'issue_remote_links', state: 'unsupported', outcomes: { not_visible: 60 } },
  {
    when: OFF,
    stream: 'issue_votes',
    site: { voted: 1, features: { voting: false } },
    state: 'unsupported',
    outcomes: { not_visible: 60 },
  },
  {
    ...{
      when: OFF,
      stream: 'issue_watchers',
      faults: [refusedAt(/\/issue\/10003(\/watchers)?(\?|$)/, 404)],
      state: 'ok',
    },
    written: (jira) =>
      watched(jira).reduce((sum, place) => sum + (place === 3 ? 0 : jira.site.extras.watchersOf(place).length), 0),
    outcomes: { gone: 1 },
  },
  {
    ...{
      when: OFF,
      stream: 'issue_remote_links',
      faults: [refusedAt(/\/issue\/10003\/remotelink(\?|$)/, 404)],
      state: 'ok',
    },
    written: (jira) => counted((place) => (place === 3 ? [] : jira.site.extras.linksOf(place)), jira),
    outcomes: { gone: 1 },
  },
  { when: OFF, stream: 'worklog_deleted', faults: [notFound('GET /rest/api/3/worklog/deleted')], state: 'unsupported' },
  { when: NOTHING, stream: 'issue_watchers', site: { watched: 0, voted: 0 }, state: 'empty' },
  { when: NOTHING, stream: 'issue_votes', state: 'empty' },
  { when: NOTHING, stream: 'worklog_deleted', state: 'empty' },
  {
    ...{ when: NOTHING, stream: 'issue_properties', state: 'ok' },
    written: (jira) => properties(jira).length,
  },
];
