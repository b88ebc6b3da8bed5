/** What a run says of how far it is, by a clock of ours. */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogLevel } from '../../src/cli/ui/log-levels.js';
import { startProgress } from '../../src/cli/ui/progress.js';
import type { HttpClient } from '../../src/http/client.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A display, what was told and drawn so far, and a site that answers when told to. */
async function shown({ isTTY, logLevel = 'info' }: { readonly isTTY: boolean; readonly logLevel?: LogLevel }) {
  const told: [text: string, fields: unknown][] = [];
  const tell = (text: string, fields?: unknown) => void told.push([text, fields]);
  const log = { debug: () => undefined, info: tell, warn: tell, error: tell };
  const stderr = Object.assign(new PassThrough(), { isTTY, columns: 40, rows: 24 });
  const progress = await startProgress({ io: { stderr }, options: { logLevel }, log }, 1, null);
  const counters = { requests: 0, onBehalfOf: new Map<string, number>() };
  const client = { counters: () => counters } as unknown as HttpClient;
  const event = progress && (await progress.watch('acme', client));
  const read = (requests: number, rows: number) => {
    counters.requests = requests;
    event?.({ kind: 'read', stream: 'boards', rows });
  };
  return {
    progress,
    told,
    read,
    drawn: () => String(stderr.read() ?? ''),
    done: () => event?.({ kind: 'scanned', stream: 'boards' }),
  };
}

test('off a terminal a line every 30 seconds, not before, and none after the end', async () => {
  const { progress, told, read, done, drawn } = await shown({ isTTY: false });
  read(60, 500);
  vi.advanceTimersByTime(29_999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  const fields = { requests: 60, total: null, rows: 500, seconds: 30, seconds_left: null };
  expect(told).toEqual([['60 requests · 2.0/s · 500 rows', fields]]);
  read(120, 500);
  vi.advanceTimersByTime(30_000);
  expect(told[1]?.[0]).toBe('120 requests · 2.0/s · 1,000 rows');
  done();
  expect(told[2]).toEqual(['boards: read', { connection: 'acme', stream: 'boards', rows: 1000, requests: 0 }]);
  progress?.stop();
  vi.advanceTimersByTime(120_000);
  expect(told.length).toBe(3);
  expect(drawn()).toBe('');
});

test('on a terminal it is drawn in its own place within its width, without a colour, and wiped at the end', async () => {
  const { progress, told, read, drawn } = await shown({ isTTY: true });
  read(60, 500);
  vi.advanceTimersByTime(1000);
  const text = drawn();
  expect(text).toContain('60 requests · 60.0/s · 500 rows\n  boards  500 rows');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a colour begins with
  expect(text).not.toMatch(/\u001b\[[0-9;]*m/);
  progress?.stop();
  expect(drawn()).toBe('\u001b[J');
  vi.advanceTimersByTime(120_000);
  expect([drawn(), told]).toEqual(['', []]);
});

test.each(['silent', 'error'] as const)('at --log-level %s there is no display', async (logLevel) => {
  expect((await shown({ isTTY: true, logLevel })).progress).toBeUndefined();
});
