import { expect, test } from 'vitest';
import { verdict } from '../../scripts/audit/verdict.js';

const REGISTRY = 'https://registry.example/';

test.each([
  ['it knows no audit', JSON.stringify({ message: `405 - POST ${REGISTRY}`, statusCode: 405, error: {} }), '405'],
  ['it cannot be reached', JSON.stringify({ error: { code: 'ENOTFOUND', summary: REGISTRY } }), 'ENOTFOUND'],
  ['it says nothing', '', 'no readable answer'],
  ['a login page answers', '<html>', 'no readable answer'],
  ['it says null', 'null', 'no readable answer'],
])('a registry that does not answer fails no build: %s', (_what, output, reason) => {
  expect(verdict(output)).toEqual({ exitCode: 0, lines: [`No audit: the registry does not answer (${reason}).`] });
});

test('a known vulnerability that is severe fails the build, and is named', () => {
  const of = (severity: string) => JSON.stringify({ vulnerabilities: { left: { severity, range: '<1.2' } } });
  expect(verdict(of('critical'))).toEqual({ exitCode: 1, lines: ['left <1.2: critical'] });
  expect(verdict(of('high')).exitCode).toBe(1);
  expect(verdict(of('moderate'))).toEqual({ exitCode: 0, lines: ['left <1.2: moderate'] });
  expect(verdict('{"vulnerabilities":{}}')).toEqual({ exitCode: 0, lines: ['No known vulnerabilities.'] });
});
