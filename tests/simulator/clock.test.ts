import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLocal, jiraDate, jiraTime, offsetMinutes } from '../../simulator/clock.js';
import { maxInWindow } from '../../simulator/throttle-check.js';
import { momentOf } from './visitor.js';

describe('moments', () => {
  it('are written with the offset of their own day, summer and winter, half hours and before 1970', () => {
    expect(jiraTime(Date.UTC(2025, 5, 1, 10), 'Europe/Berlin')).toBe('2025-06-01T12:00:00.000+0200');
    expect(jiraTime(Date.UTC(2025, 0, 1, 10), 'Europe/Berlin')).toBe('2025-01-01T11:00:00.000+0100');
    expect(jiraTime(Date.UTC(2025, 0, 1, 0), 'America/St_Johns')).toBe('2024-12-31T20:30:00.000-0330');
    expect(jiraTime(Date.UTC(1969, 11, 31), 'Etc/UTC')).toBe('1969-12-31T00:00:00.000+0000');
    expect(jiraDate(Date.UTC(2025, 5, 1, 23), 'Europe/Berlin')).toBe('2025-06-02');
  });

  it('come back exactly when read again', () => {
    const at = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2037, 0, 1) });
    fc.assert(fc.property(at, (moment) => momentOf(jiraTime(moment)) === moment));
  });

  it('of a wall clock are found on both sides of a time change', () => {
    for (const day of [29, 30, 31]) {
      const local = Date.UTC(2025, 2, day, 12);
      const at = fromLocal(local, 'Europe/Berlin');
      expect(at + offsetMinutes('Europe/Berlin', at) * 60_000).toBe(local);
    }
  });
});

describe('requests within a second', () => {
  it('are counted over any window, not over full seconds of the clock', () => {
    expect(maxInWindow([900, 950, 1000, 1899, 1950], 1000)).toBe(4);
    expect(maxInWindow([0, 1000, 2000], 1000)).toBe(1);
    expect(maxInWindow([], 1000)).toBe(0);
  });

  it('agree with counting by hand, whatever the order they were logged in', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 40 });
    fc.assert(
      fc.property(moments, (list) => {
        const byHand = Math.max(
          0,
          ...list.map((at) => list.filter((other) => other >= at && other < at + 1000).length),
        );
        return maxInWindow(list, 1000) === byHand;
      }),
    );
  });
});
