import { afterEach, describe, expect, it } from 'vitest';
import { armFailpoints, FAILPOINT, failpoint } from '../../src/core/failpoints.js';

afterEach(() => armFailpoints(''));

describe('failpoints', () => {
  it('are inert until armed, so that no user ever meets one', () => {
    for (const point of Object.values(FAILPOINT)) expect(() => failpoint(point)).not.toThrow();
  });

  it('act at the named pass of the named point, once', () => {
    armFailpoints('FP3:2:ENOSPC');
    failpoint('FP3');
    failpoint('FP4');
    expect(() => failpoint('FP3')).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
    expect(() => failpoint('FP3')).not.toThrow();
  });

  it.each([
    'FP11:1:kill',
    'FP1:0:kill',
    'FP1:1:explode',
    'FP1',
    'kill',
  ])('refuses %s: a misspelt crash test would pass for ever', (text) => {
    expect(() => armFailpoints(text)).toThrow(`Failpoint "${text}" is not understood`);
  });
});
