/** The files of deploy/ say what this package is today; tests/deploy/check.sh holds them against the tools they are for. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandsBelow } from '../../src/cli/command.js';
import { makeProgram } from '../../src/cli/commands/program.js';
import { EXIT } from '../../src/core/errors.js';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const pkg = JSON.parse(read('package.json'));
const files = readdirSync(join(root, 'deploy'), { recursive: true, encoding: 'utf8' }).filter((one) =>
  /\.\w+$|Dockerfile$/.test(one),
);

const instructions = read('deploy/Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replaceAll('\\\n', '')
  .trim()
  .split('\n')
  .map((line) => line.trim());
const last = (word: string) =>
  instructions.findLast((line) => line.startsWith(`${word} `))?.slice(word.length + 1) ?? '';
const cronJob = parse(read('deploy/kubernetes/cronjob.yaml'));
const pod = cronJob.spec.jobTemplate.spec.template.spec;

test('the image is no root, has no shell between the kernel and the connector, and is linked with glibc', () => {
  expect(last('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(JSON.parse(last('ENTRYPOINT'))).toEqual(['node', `/app/${pkg.bin.connector}`]);
  const bases = instructions.filter((line) => line.startsWith('FROM '));
  expect(bases.length).toBe(2);
  for (const base of bases) expect(base).toMatch(/^FROM node:\d+-bookworm-slim\b/);
});

test('a pod gives the image what it may write, and waits longer than SIGTERM takes', () => {
  const [container] = pod.containers;
  expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
  expect(container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath).sort()).toEqual([
    '/lake',
    '/tmp',
  ]);
  expect(last('ENV')).toContain('CONNECTOR_WAREHOUSE=/lake');
  // Rows on their way to a bucket or a catalog lie there; the user's home cannot be written.
  expect(last('ENV')).toContain('XDG_CACHE_HOME=/tmp');
  expect(`${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`).toBe(last('USER'));
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(10);
  expect(container.image).toContain(`/${pkg.name}:${pkg.version}`);
});

test('a unit without a home folder has places for caches and for tokens', () => {
  const unit = read('deploy/systemd/jira-sync.service');
  const said = (name: string) => new RegExp(`^${name}=(.+)$`, 'm').exec(unit)?.[1];
  expect(unit).toContain('DynamicUser=yes\n');
  expect(unit).toContain(`XDG_CACHE_HOME=/var/cache/${said('CacheDirectory')}`);
  expect(unit).toContain(`XDG_STATE_HOME=/var/lib/${said('StateDirectory')}`);
});

test('exit 75 is no failure of a unit, a workflow or a task, and is not tried again at once by a job', () => {
  const cannotNow = String(EXIT.later);
  expect(read('deploy/systemd/jira-sync.service')).toContain(`SuccessExitStatus=${cannotNow} ${EXIT.terminated}\n`);
  expect(read('deploy/github-actions/jira-sync.yml')).toContain(`-eq ${cannotNow} `);
  expect(read('deploy/airflow/jira_sync.py')).toContain(`skip_on_exit_code=${cannotNow},`);
  const [rule] = cronJob.spec.jobTemplate.spec.podFailurePolicy.rules;
  expect(rule).toMatchObject({
    action: 'FailJob',
    onExitCodes: { values: [EXIT.usage, EXIT.credentials, EXIT.later] },
  });
});

test('every command and flag that a file calls is there', () => {
  const io = { stdout: new PassThrough(), stderr: new PassThrough() };
  const sync = commandsBelow(makeProgram(io, () => async () => undefined)).find((one) => one.name() === 'sync');
  const flags = sync?.options.map(({ long }) => long);
  const called = files.flatMap((file) =>
    [...read(join('deploy', file)).matchAll(/\bsync["',]* +["']?(--[a-z-]+)/g)].map(([, flag]) => flag),
  );
  expect(called.length).toBeGreaterThan(4);
  for (const flag of called) expect(flags).toContain(flag);
});

test('an alert asks for metrics that are written', () => {
  const written = [...read('src/app/metrics/prometheus.ts').matchAll(/name: '(connector_\w+)'/g)].map(
    ([, name]) => name,
  );
  const asked = [...read('deploy/prometheus/jira-sync.rules.yaml').matchAll(/\bconnector_\w+/g)].map(([name]) => name);
  expect(asked.length).toBe(6);
  for (const name of asked) expect(written).toContain(name);
});

test('docs/deploy.md names every file, and no file that is not there', () => {
  const page = read('docs/deploy.md');
  const named = [...page.matchAll(/\]\(\.\.\/(deploy\/[^)#]+)\)/g)].map(([, file = '']) => file);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(files.filter((file) => !named.includes(`deploy/${file}`))).toEqual([]);
});
