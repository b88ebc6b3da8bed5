/** The reader of settings and stream files: any text is a value or complaints that name the file and a line. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { z } from 'zod';
import { settingsSchema } from '../../src/app/settings/settings.js';
import { ConnectorError } from '../../src/core/errors.js';
import { parseYaml } from '../../src/core/yaml-file.js';
import { loadRegistry } from '../../src/runtime/streams/load.js';
import { damaged, fuzz } from './fuzz.js';

const SETTINGS = `warehouse: ./lake
connections:
  - name: acme
    url: https://acme.atlassian.net
    auth: { type: basic, email: me@example.com, api_token: "\${TOKEN}" }
    projects: [A, "B"]
    throttle: { requests_per_second: 5 }
  - name: other
    url: https://jira.example.com
    auth:
      type: pat
      token: "\${file:token.txt}"
`;
const PIECES = [
  '\n',
  ': ',
  '- ',
  '  ',
  '{',
  '}',
  '[',
  ']',
  '*a',
  '&a ',
  '!!',
  '!<',
  '|',
  '>-',
  '"',
  "'",
  '#',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '<<: ',
  '? ',
  '\t',
  '0x',
  '1e999',
  '.nan',
  '__proto__: 1\n',
  '&a [*a, *a]',
  '!!binary x',
  '\u0000',
  '\u2028',
  '{}: 1',
  '[]: 1',
];
const STREAMS = join(import.meta.dirname, '../../streams');
const files = readdirSync(STREAMS)
  .filter((name) => name.endsWith('.yaml'))
  .sort();
const streamTexts = files.map((name) => readFileSync(join(STREAMS, name), 'utf8'));

/** Warnings of the process pass no filter for secrets. */
const warned: unknown[] = [];
vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warned.push(warning));

function orComplaint(work: () => unknown, file: string): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(new RegExp(`^${file}:\\d+: `)) });
  }
}

fuzz(
  'YAML: damaged settings are settings or complaints with a line',
  1000,
  damaged(fc.constant(SETTINGS), PIECES),
  (text) => orComplaint(() => parseYaml('sync.yaml', text, settingsSchema), 'sync.yaml'),
);

fuzz(
  'YAML: any text is a value or a complaint with a line, nothing is said beside it, and no prototype is changed',
  500,
  damaged(fc.oneof(fc.constant(''), fc.json(), fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 30 })), PIECES),
  (text) => {
    orComplaint(() => parseYaml('any.yaml', text, z.unknown()), 'any.yaml');
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(warned.splice(0)).toEqual([]);
  },
);

fuzz(
  'YAML: a damaged stream file is a stream or complaints with a line',
  200,
  damaged(fc.constantFrom(...streamTexts), PIECES),
  (text) => orComplaint(() => loadRegistry([{ file: 'x.yaml', text, untested: false }]), 'x.yaml'),
);
