/** A zone is one that the database lists, whichever option names it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowReports } from '../../src/app/report/flow.js';
import { putStories } from '../query/stories.js';

const root = mkdtempSync(join(tmpdir(), 'zones-'));
beforeAll(() => putStories(root), 60_000);
afterAll(() => rmSync(root, { recursive: true }));

const report = (workingHours: string) =>
  flowReports({
    ...{ warehouse: { root }, labels: new Map<string, string>(), reports: ['cycle-time'], connections: () => [] },
    options: { start: '2026-03-02', end: '2026-03-29', workingHours },
  });

test('--working-hours is refused with the nearest in the words of --day', async () => {
  await expect(report('mon-fri 09:00-17:00 europe/berlin')).rejects.toThrow(
    '--working-hours: europe/berlin is not the name of a time zone such as Europe/Berlin. Did you mean `Europe/Berlin`?',
  );
});

test.each(['', 'UTC', 'Europe/Berlin'])('--working-hours in the zone "%s" is taken', async (zone) => {
  expect(await report(`mon-fri 09:00-17:00 ${zone}`)).toHaveLength(1);
});
