/** Refusals of what is asked for issue by issue. */
import type { Simulator } from '../../../simulator/simulator.js';
import { places, properties } from '../../helpers/stream-truths/issue-truths.js';
import { type FaultCase, notFound, refusedAt } from './stream-case.js';

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
