/** A piece of `sync.yaml` from a page, made a whole file in the obvious place, and read as the connector reads it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openConfig } from '../../../src/app/open-settings.js';
import { portsOf } from '../../../src/core/ports.js';
import { root } from './blocks.js';

const CONNECTION = `connections:
  - name: acme
    url: https://acme.atlassian.net
`;
const AUTH = '    auth: { type: pat, token: "$'.concat('{TOKEN}" }\n');
/** What stands at the left of the file; all else belongs to a connection. */
const { properties } = JSON.parse(readFileSync(join(root, 'docs/sync.schema.json'), 'utf8'));
const OUTERMOST = new RegExp(`^(${Object.keys(properties).join('|')}):`, 'm');

/** @throws ConnectorError with file and line when the connector would refuse it */
export function readSettings(text: string, cwd: string): void {
  const file = join(cwd, 'example.yaml');
  writeFileSync(file, wholeFile(text));
  writeFileSync(join(cwd, 'internal.token'), 'secret', { mode: 0o600 });
  const names = [...text.matchAll(/\$\{([A-Z_0-9]+)\}|\b(SNOWFLAKE_\w+)/g)].map(
    ([, name, other]) => name ?? other ?? '',
  );
  const env = Object.fromEntries(names.map((name) => [name, standInOf(name)]));
  openConfig({ cwd, configFile: file, env: { TOKEN: 'secret', ...env } }, portsOf({}));
}

function standInOf(name: string): string {
  if (name === 'REDIS_URL') return 'rediss://redis.example.org';
  return /_(URL|HOOK)$/.test(name) ? 'https://hooks.example.org' : 'secret';
}

function wholeFile(text: string): string {
  // A page need not spell out 64 digits.
  const without = text.replace(/^connections: …\n/m, '').replace(/\b[0-9a-f]{8}…/g, 'a'.repeat(64));
  if (/^connections:/m.test(without)) return withLogin(without);
  if (OUTERMOST.test(without)) return `${without}${CONNECTION}${AUTH}`;
  const members = without.replace(/^ */gm, (indent) => (without.startsWith('    ') ? indent : `    ${indent}`));
  return withLogin(`${CONNECTION}${members}`);
}

/** Examples of other things leave the site and the login out. */
function withLogin(text: string): string {
  const url = text.includes('url: ') ? '' : '    url: https://acme.atlassian.net\n';
  return `${text}${url}${/^ {2,4}auth: /m.test(text) ? '' : AUTH}`;
}
