import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { obstacle } from '../../src/app/check.js';
import { expiryWarning } from '../../src/app/check-warnings.js';
import { secondsTogether } from '../../src/app/plan.js';
import { readStreamFiles } from '../../src/app/settings/package-files.js';
import { parseSeconds } from '../../src/cli/flags.js';
import { expectedRequests } from '../../src/cli/ui/expected-requests.js';
import { type HowFar, lineOf, linesOf } from '../../src/cli/ui/how-far.js';
import { createLog } from '../../src/cli/ui/log.js';
import type { LogLevel } from '../../src/cli/ui/log-levels.js';
import { errorsOf, reportTable } from '../../src/cli/ui/report.js';
import { emptyReport } from '../../src/contract/report.js';
import { showState } from '../../src/core/calendar.js';
import { showDuration } from '../../src/core/duration.js';
import { Redactor } from '../../src/core/redactor.js';
import { Secret } from '../../src/core/secret.js';
import type { Product } from '../../src/runtime/streams/kinds.js';
import { loadRegistry } from '../../src/runtime/streams/load.js';

function logTo(isTTY: boolean, level: LogLevel = 'info') {
  const sink = Object.assign(new PassThrough(), { isTTY });
  const redactor = new Redactor();
  return { log: createLog(sink, level, redactor), redactor, text: () => String(sink.read() ?? '') };
}

test.each([true, false])('I9 a secret in a message or a field is taken out (terminal: %s)', (isTTY) => {
  const { log, redactor, text } = logTo(isTTY, 'debug');
  redactor.add(new Secret('canary"7f3'));
  log.debug('said canary"7f3', { url: 'https://x/?t=canary%227f3', raw: 'canary"7f3' });
  expect(text()).not.toMatch(/7f3/);
});

test.each([true, false])('a line break in a text from the site makes no second record (terminal: %s)', (isTTY) => {
  const { log, text } = logTo(isTTY);
  log.warn('first\nerror: forged\r\u2028{"level":"error","msg":"forged"}');
  const lines = text()
    .trimEnd()
    .split(/[\n\r\u2028]/);
  expect(lines.length).toBe(1);
  expect(lines[0]).toContain('first\\nerror: forged');
});

test('a text from the site cannot colour or clear the terminal, or turn what is written around', () => {
  for (const isTTY of [true, false]) {
    const { log, text } = logTo(isTTY);
    log.error('bad \u001b[2J\u009b31m\u202e text 👩‍💻', { field: '\u009b31m' });
    const shown = text();
    expect(shown).toContain('bad \\u001b[2J\\u009b31m\\u202e text 👩‍💻');
    expect(shown).not.toContain('\u009b');
    if (!isTTY)
      expect(JSON.parse(shown)).toMatchObject({ msg: 'bad \u001b[2J\u009b31m\u202e text 👩‍💻', field: '\u009b31m' });
  }
});

test('the log level holds back what is below it', () => {
  for (const isTTY of [true, false]) {
    const { log, text } = logTo(isTTY, 'warn');
    log.info('quiet');
    log.warn('loud');
    expect(text()).toContain('loud');
    expect(text()).not.toContain('quiet');
  }
});

test('durations are read strictly and shown in the unit people think in', () => {
  expect(['90s', '15m', '6h', '2d'].map(parseSeconds)).toEqual([90, 900, 21_600, 172_800]);
  for (const wrong of ['6', 'h', '-1h', '500ms', '0h', '1.5h', '6 h']) expect(() => parseSeconds(wrong)).toThrow();
  expect([1, 119, 3600, 86_400, 864_000].map(showDuration)).toEqual(['1 s', '119 s', '60 min', '24 h', '10 d']);
});

const far = (more: Partial<HowFar> = {}): HowFar => ({
  ...{ requests: 312, total: 420, rows: 18_402, seconds: 64, working: new Map() },
  ...more,
});

test('one line tells how far the run is, and narrower ones what matters most', () => {
  expect(lineOf(far(), 80)).toBe('312 of ~420 requests · 4.9/s · 22 s left · 18,402 rows');
  expect(lineOf(far(), 45)).toBe('312 of ~420 requests · 22 s left');
  expect(lineOf(far(), 24)).toBe('312 of ~420 requests');
  for (let width = 1; width < 90; width += 1) expect(lineOf(far(), width).length).toBeLessThan(Math.max(width, 1));
});

test('no time is promised before the pace is known, without a plan, and beyond it', () => {
  expect(lineOf(far({ requests: 1, rows: 1, seconds: 0 }), 80)).toBe('1 of ~420 requests · 1 row');
  expect(lineOf(far({ total: null }), 80)).toBe('312 requests · 4.9/s · 18,402 rows');
  expect(lineOf(far({ requests: 500 }), 80)).toBe('500 requests · 7.8/s · nearly done · 18,402 rows');
});

test('the total follows what streams really cost, once they are read', () => {
  const range = (min: number, max: number) => ({ min, max });
  const planned = {
    requests: range(14, 54),
    streams: [
      { stream: 'boards', requests: range(2, 2) },
      { stream: 'board_issues', requests: range(10, 50) },
    ],
  };
  const total = (sent: Record<string, number>, ...done: string[]) =>
    expectedRequests(planned, { sent: new Map(Object.entries(sent)), done: new Set(done) });
  expect(total({})).toBe(34);
  expect(total({ 'credential check': 2, boards: 2, board_issues: 20 }), 'in between').toBe(34);
  expect(total({ 'credential check': 2, boards: 2, board_issues: 12 }, 'boards', 'board_issues')).toBe(16);
  expect(total({ 'credential check': 3, boards: 2, board_issues: 60 }, 'boards'), 'more than was planned').toBe(65);
  expect(total({ boards: 2, board_issues: 4 }, 'board_issues'), 'what the plan is sure of is still to come').toBe(14);
});

test('streams at work are shown as far as the terminal is high', () => {
  const working = new Map(Array.from({ length: 39 }, (_, n) => [`stream_${n}`, n] as const));
  expect(linesOf(far({ working }), 80, 6).length).toBe(5);
  expect(linesOf(far({ working }), 80, 6)[2]).toBe('  stream_1  1 row');
  expect(linesOf(far({ working }), 12, 6).every((line) => line.length < 12)).toBe(true);
});

test('a state that waits says until when, and no line of a report is wider than a terminal', () => {
  const now = Date.UTC(2024, 2, 4, 9);
  expect(showState({ state: 'not_due', due_at: '2024-03-04T14:00:00.000Z' }, now)).toBe('not due until 14:00 UTC');
  expect(showState({ state: 'not_due', due_at: '2024-03-11T14:00:00.000Z' }, now)).toBe('not due until 2024-03-11');
  const streams = ['issue_type_screen_scheme_mappings', 'boards'].map((stream) => ({
    ...emptyReport(stream),
    ...{ state: 'not_due' as const, due_at: new Date(Date.now() + 1000).toISOString() },
    ...{ rows_read: 12_345_678, rows_written: 12_345_678, requests: 123_456 },
  }));
  const report = { ok: true, run_id: 'r', started_at: '', seconds: 1, requests: 1 };
  const connections = [{ name: 'acme', site: 'https://acme.example', streams }];
  const text = reportTable({ ...report, connections }, 80);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toContain('Done: 1 request in');
  expect(text).not.toContain('issue_type_screen_scheme_mappings');
  expect(reportTable({ ...report, connections }, 100), 'what fits is not cut').toContain(
    'issue_type_screen_scheme_mappings',
  );
});

test('of a site that did not answer one reason is told, and no table of fifty streams', () => {
  const streams = ['boards', 'groups', 'labels', 'fields'].map((stream) => ({
    ...{ ...emptyReport(stream), state: 'failed' as const, error: 'the connection was refused.' },
  }));
  const report = { ok: false, run_id: 'r', started_at: '', seconds: 1, requests: 8 };
  const text = reportTable({ ...report, connections: [{ name: 'acme', site: 'https://acme.example', streams }] }, 80);
  expect(text.split('\n')).toEqual([
    'acme (https://acme.example)',
    'None of its 4 streams was read.',
    '4 streams: the connection was refused.',
    'Not all went well: 8 requests in 1 s.',
  ]);
  const others = streams.map((stream) => ({ ...stream, error: `${stream.stream} is not written by this version.` }));
  const connections = [{ name: 'acme', site: 'https://acme.example', streams: others }];
  expect(reportTable({ ...report, connections }, 80), 'of several reasons each has its stream').not.toContain(
    'None of',
  );
});

test('an interruption is one line, whichever stream had asked last; other troubles keep their streams', () => {
  const of = (stream: string, error: string) => ({ ...emptyReport(stream), state: 'paused' as const, error });
  const cut = 'interrupted; safe to run again.';
  const streams = [
    ...[of('boards', `boards: ${cut}`), of('groups', `groups: ${cut}`), of('issue_search', `issue_search: ${cut}`)],
    ...[of('issue_worklog', `issue_search: ${cut}`), of('labels', 'labels: 3 of 4 rows came.')],
  ];
  const report = { ok: false, run_id: 'r', started_at: '', seconds: 1, requests: 1 };
  const connections = [{ name: 'acme', site: 'https://acme.example', streams }];
  expect(errorsOf({ ...report, connections })).toEqual([`4 streams: ${cut}`, 'labels: 3 of 4 rows came.']);
});

test('the time of several sites is that of the slowest, unless they are too many to be read at once', () => {
  const plan = (site: string, seconds: number) => ({ site, seconds });
  expect(secondsTogether([plan('a', 10), plan('b', 60)])).toBe(60);
  expect(secondsTogether([plan('a', 50), plan('b', 60), plan('a', 50)])).toBe(100);
  expect(secondsTogether(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((site) => plan(site, 10)))).toBe(20);
});

test('a token is warned of in the month before its end, and after it', () => {
  const now = Date.parse('2026-05-01T12:00:00Z');
  expect(expiryWarning(undefined, now)).toEqual([]);
  expect(expiryWarning('2026-07-01', now)).toEqual([]);
  expect(expiryWarning('2026-05-11', now)).toEqual([expect.stringContaining('in 10 days')]);
  expect(expiryWarning('2026-05-01', now)).toEqual([expect.stringContaining('in 0 days')]);
  expect(expiryWarning('2026-04-30', now)).toEqual([expect.stringContaining('ended on 2026-04-30')]);
});

test('an account without admin rights and without boards is told which streams it cannot read', () => {
  const registry = loadRegistry(readStreamFiles());
  const unreadable = (permissions: ('BROWSE_PROJECTS' | 'ADMINISTER' | 'USER_PICKER')[], software: boolean) => {
    const products = new Set<Product>([
      'jira',
      'jira-service-management',
      ...(software ? (['jira-software'] as const) : []),
    ]);
    return registry
      .enabled()
      .filter((stream) => obstacle(stream, { permissions: new Set(permissions), products }) !== null)
      .map(({ stream }) => stream);
  };
  expect(unreadable(['BROWSE_PROJECTS', 'ADMINISTER', 'USER_PICKER'], true)).toEqual([]);
  expect(unreadable(['BROWSE_PROJECTS', 'USER_PICKER'], true)).toContain('workflow_schemes');
  expect(unreadable(['BROWSE_PROJECTS', 'USER_PICKER'], true)).not.toContain('issue_search');
  expect(unreadable(['BROWSE_PROJECTS', 'ADMINISTER', 'USER_PICKER'], false)).toContain('board_sprints');
  expect(unreadable([], true)).toContain('issue_search');
});
