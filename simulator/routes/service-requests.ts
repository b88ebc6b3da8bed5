/** Requests of customers: the issues of service desks as the portal shows them, and their service level agreements. */

import { jiraTime } from '../clock.js';
import type { Answer, Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { desksOf, requestTypesOf } from '../site/service.js';
import { servicePage, serviceRefusal } from './service-paging.js';

const HOUR = 3_600_000;
const GOAL = 16 * HOUR;

interface Request {
  readonly issueId: string;
  readonly deskId: string;
  /** Its place among those of the desk. */
  readonly place: number;
}

export function serviceRequestRoutes(directory: Directory, issues: IssueIndex): SimRoute[] {
  const all = (): Request[] =>
    desksOf(directory).flatMap(({ id: deskId, project }) =>
      issues.idsOfProject(project.id).map((issueId, place) => ({ issueId, deskId, place })),
    );
  return [
    {
      method: 'GET',
      path: '/rest/servicedeskapi/request',
      handle: (call) => servicePage(call, all(), (request) => requestShape(directory, issues, call, request)),
    },
    {
      method: 'GET',
      path: '/rest/servicedeskapi/request/{issueIdOrKey}/sla',
      handle: (call) => agreements(all(), call),
    },
  ];
}

function requestShape(directory: Directory, issues: IssueIndex, call: Call, request: Request): unknown {
  const { issueId, deskId, place } = request;
  const types = requestTypesOf(directory, deskId);
  const person = directory.people[place % directory.people.length];
  const shown = { accountId: person?.accountId, displayName: person?.displayName, active: person?.active };
  return {
    _expands: ['participant', 'status', 'sla'],
    issueId,
    issueKey: issues.keyOf(issueId),
    summary: `Request ${place + 1}`,
    requestTypeId: types[place % types.length]?.id,
    serviceDeskId: deskId,
    createdDate: dated(beginOf(call, place)),
    reporter: shown,
    requestFieldValues: [{ fieldId: 'summary', label: 'What do you need?', value: `Request ${place + 1}` }],
    currentStatus: {
      status: 'Waiting for support',
      statusCategory: 'INDETERMINATE',
      statusDate: dated(beginOf(call, place)),
    },
    participants: { size: 1, start: 0, limit: 50, isLastPage: true, values: [shown] },
    _links: { web: `${call.origin}/servicedesk/customer/portal/${deskId}/${issues.keyOf(issueId)}` },
  };
}

/** Since so many hours before the start of this hour: stands still between two looks. */
const beginOf = (call: Call, place: number) => Math.floor(call.now / HOUR) * HOUR - (place % 40) * HOUR;

function agreements(requests: readonly Request[], call: Call): Answer {
  const found = requests.find(({ issueId }) => issueId === call.params.issueIdOrKey);
  if (!found) return serviceRefusal(404, 'The request does not exist.');
  const response = {
    id: '1',
    name: 'Time to first response',
    slaDisplayFormat: 'NEW_SLA_FORMAT',
    completedCycles: [ended(call, found)],
  };
  const running = { id: '2', name: 'Time to resolution', completedCycles: [], ongoingCycle: ongoing(call, found) };
  return servicePage(call, [response, running], (agreement) => ({ ...agreement, _links: { self: call.origin } }));
}

function ended(call: Call, { place }: Request): unknown {
  const start = beginOf(call, place);
  const elapsed = ((place % 5) + 1) * HOUR;
  return {
    startTime: dated(start),
    stopTime: dated(start + elapsed),
    breachTime: dated(start + GOAL),
    ...cycle(elapsed),
  };
}

function ongoing(call: Call, { place }: Request): unknown {
  const elapsed = (place % 40) * HOUR;
  const start = beginOf(call, place);
  return {
    startTime: dated(start),
    breachTime: dated(start + GOAL),
    paused: place % 4 === 0,
    withinCalendarHours: true,
    ...cycle(elapsed),
  };
}

const cycle = (elapsed: number) => ({
  breached: elapsed > GOAL,
  goalDuration: lasting(GOAL),
  elapsedTime: lasting(elapsed),
  remainingTime: lasting(GOAL - elapsed),
});

const lasting = (millis: number) => ({ millis, friendly: `${Math.trunc(millis / HOUR)}h` });

const dated = (epochMillis: number) => ({
  iso8601: jiraTime(epochMillis).replace(/\.\d+/, ''),
  jira: jiraTime(epochMillis),
  friendly: 'some time ago',
  epochMillis,
});
