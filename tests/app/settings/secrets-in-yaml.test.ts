/** A slip of the pen around a secret must not show it: neither the YAML parser nor the schema may repeat what stands there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../../src/app/settings/load-config.js';
import { runMain } from '../../cli/run-main.js';

const SECRET = 'ATATT3xCanary7f';
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'slips-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const LINES = `connections:
  - name: acme
    url: acme
    streams: [issue_search]
    reread: { issue_comments: 7d }
    auth:
      type: basic
      email: me@example.com
      api_token: TOKEN
hooks:
  on_failure: { url: ADDRESS }
`;

const withToken = (value: string) => LINES.replace('api_token: TOKEN', value).replace('ADDRESS', '"https://a.example"');

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

async function said(yaml: string): Promise<string> {
  writeFileSync(join(cwd, 'sync.yaml'), yaml);
  const { exitCode, stdout, stderr } = await runMain(['check', '--json', '--log-level', 'debug'], { cwd });
  expect(exitCode, stdout + stderr).toBe(2);
  return stdout + stderr;
}

test('I9 a map for a key is refused: the YAML parser would repeat it in a warning that passes no filter', () => {
  const warned = vi.spyOn(process, 'emitWarning');
  writeFileSync(join(cwd, 'sync.yaml'), `connections:\n  - { api_token: ${SECRET} }: x\n`);
  const error = errorOf(() => loadConfig({ cwd, env: {} }));
  expect(warned.mock.calls).toEqual([]);
  expect(error).toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/^sync.yaml:2: a key is no plain word/),
  });
});

describe('a secret that is written into sync.yaml by mistake', () => {
  test.each([
    ['without a space after the colon', `api_token:${SECRET}`],
    ['after a sign that means a block', `api_token: |${SECRET}`],
    ['after a folding sign', `api_token: >${SECRET}`],
    ['as an alias', `api_token: *${SECRET}`],
    ['as an anchor', `api_token: &${SECRET}`],
    ['as a tag', `api_token: !${SECRET}`],
    ['with an escape that is none', `api_token: "\\q${SECRET}"`],
    ['with a quote that is not closed', `api_token: "${SECRET}`],
    ['with a reserved sign', `api_token: @${SECRET}`],
    ['with a colon in it', `api_token: a: ${SECRET}`],
    ['as a key', `${SECRET}: api_token`],
    ['as a key without a value', `? ${SECRET}`],
    ['in braces of its own', `api_token: \${${SECRET}}`],
    ['as a list', `api_token: [${SECRET}]`],
    ['as a map', `api_token: { ${SECRET} }`],
    ['as a directive', `%${SECRET}\n`],
  ])('I9 %s is not shown', async (_, line) => {
    const words = await said(withToken(line));
    expect(words).toMatch(/sync\.yaml:\d+: /);
    expect(words).not.toContain(SECRET.slice(2));
  });

  test.each([
    ['an unknown key in short form', `{ type: basic, email: me, api_token:${SECRET} }`],
    ['a key without a value in short form', `{ type: basic, email: me, ${SECRET} }`],
    ['a password of small letters alone', '{ type: basic, email: me, canarysecret }'],
  ])('I9 %s is not shown', async (_, auth) => {
    const words = await said(`connections:\n  - { name: acme, url: acme, auth: ${auth} }\n`);
    expect(words).toContain('unknown word (not repeated, it may be a secret)');
    expect(words).not.toMatch(/canary/i);
  });

  test('I9 wherever it slips to, and whatever stands around it, no message shows it', () => {
    const signs = fc
      .array(fc.constantFrom(...': |>&*!%@`"\'{}[],#-?\\\n\t\u00e4~'), { maxLength: 4 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(fc.nat(LINES.length), signs, signs, fc.nat(6), (at, before, after, cut) => {
        const yaml = `${LINES.slice(0, at)}${before}${SECRET}${after}${LINES.slice(at + cut)}`;
        writeFileSync(join(cwd, 'sync.yaml'), yaml);
        const shown = inspect(
          errorOf(() => loadConfig({ cwd, env: {} })),
          { depth: 9 },
        );
        expect(shown, yaml).not.toContain(SECRET.slice(2));
      }),
      { numRuns: 1000 },
    );
  });
});

test('what is no secret is still named, with its place and what to write instead', async () => {
  expect(await said(withToken(`api_tokn: "\${JIRA_API_TOKEN}"`))).toMatch(
    /sync\.yaml:9: unknown word `api_tokn`.*Did you mean `api_token`/,
  );
  expect(await said(withToken(`api_token: "\${JIRA_API_TOKEN}"`))).toContain('variable JIRA_API_TOKEN is not set');
  expect(await said(withToken('api_token:x'))).toMatch(
    /sync\.yaml:\d+: not valid YAML at column \d+: something is missing: .*colon and space/,
  );
  expect(await said(`${LINES}wrong_place: 3\n`)).toContain('unknown word `wrong_place` in the file');
});
