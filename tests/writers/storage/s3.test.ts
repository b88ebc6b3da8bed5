import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { OutcomeUnknown, StorageError } from '../../../src/core/files/file-io.js';
import { S3FileIO } from '../../../src/writers/storage/s3.js';
import type { S3Settings } from '../../../src/writers/storage/warehouse-settings.js';
import {
  lacksS3,
  S3_KEYS,
  S3_PAGE,
  S3_START_MS,
  type S3Proxy,
  type S3Server,
  s3Settings,
  startS3,
  startS3Proxy,
} from '../../helpers/s3-server.js';

const lacking = lacksS3();
if (lacking !== null) console.warn(`Tests of S3 are skipped: ${lacking}.`);

let server: S3Server;
beforeAll(async () => {
  if (lacking === null) server = await startS3();
}, S3_START_MS);
afterAll(() => server?.stop());

const text = (content: string) => Buffer.from(content);

interface Store {
  readonly io: S3FileIO;
  readonly root: string;
  /** Local folder for copies and files to be moved in. */
  readonly folder: string;
  readonly proxy: S3Proxy;
}

/** An empty bucket behind a proxy, opened with settings that may be changed. */
async function store(change: Partial<S3Settings> = {}): Promise<Store> {
  const proxy = await startS3Proxy(server.endpoint);
  const folder = await mkdtemp(join(tmpdir(), 's3 é-'));
  onTestFinished(async () => {
    proxy.close();
    await rm(folder, { recursive: true, force: true });
  });
  const root = `s3://${await server.bucket()}/ware/house`;
  const settings = { ...s3Settings(proxy.endpoint), ...change };
  return { io: await S3FileIO.open({ location: root, settings, cache: join(folder, 'cache') }), root, folder, proxy };
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe.skipIf(lacking !== null)('files in an object store', { timeout: 60_000 }, () => {
  test('what is written is read back, replaced and removed, and what is not there is null', async () => {
    const { io, root } = await store();
    const location = `${root}/a/b.txt`;
    expect(await io.read(location)).toBeNull();
    expect(await io.size(location)).toBeNull();
    await io.write(location, text('one'));
    await io.write(location, text('second'));
    expect(String(Buffer.from((await io.read(location)) ?? []))).toBe('second');
    expect(await io.size(location)).toBe(6);
    expect(String(Buffer.from(await io.readRange(location, 1, 4)))).toBe('eco');
    await io.delete([location, `${root}/never`]);
    expect(await io.read(location)).toBeNull();
  });

  test('a range beyond the end is an error, not a short answer', async () => {
    const { io, root } = await store();
    await io.write(`${root}/a`, text('four'));
    await expect(io.readRange(`${root}/a`, 2, 9)).rejects.toThrow(/ends 5 bytes too early/);
  });

  test.each([
    'plain',
    'with space',
    'ümläut é',
    'per%20cent%',
    'a+b&c=d',
    "quo'te",
    '漢字',
    'dot.dot..x',
  ])('a key with odd letters (%s) names the same file whatever is done with it', async (name) => {
    const { io, root } = await store();
    const location = `${root}/${name}/${name}.txt`;
    expect(await io.createExclusive(location, text(name))).toBe('created');
    expect(await io.list(root)).toEqual([location]);
    expect(await io.folders(root)).toEqual([name]);
    expect(String(Buffer.from((await io.read(location)) ?? []))).toBe(name);
    const local = (await io.localPaths([location])).get(location) ?? '';
    expect(await readFile(local, 'utf8')).toBe(name);
    await io.delete([location]);
    expect(await io.list(root)).toEqual([]);
  });

  test('listing goes on after the first page, and a folder does not show its neighbours', async () => {
    const { io, root, proxy } = await store();
    const names = Array.from(
      { length: 3 * S3_PAGE + 1 },
      (_, number) => `${root}/t/${String(number).padStart(4, '0')}`,
    );
    await Promise.all(names.map((name) => io.write(name, text('x'))));
    await io.write(`${root}/tt/other`, text('x'));
    expect(await io.list(`${root}/t`)).toEqual(names);
    expect(proxy.seen.filter(({ method }) => method === 'GET')).toHaveLength(4);
    expect((await io.details(`${root}/t`))[0]).toMatchObject({ location: names[0], bytes: 1 });
    expect(await io.folders(root)).toEqual(['t', 'tt']);
    expect(await io.folders(`${root}/none`)).toEqual([]);
  });

  test('locations that other writers call s3a:// and s3n:// are the same files', async () => {
    const { io, root } = await store();
    await io.write(`${root}/a`, text('x'));
    for (const scheme of ['s3a', 's3n']) {
      expect(await io.size(`${root}/a`.replace('s3:', `${scheme}:`))).toBe(1);
      expect(await io.list(root.replace('s3:', `${scheme}:`))).toEqual([`${root}/a`.replace('s3:', `${scheme}:`)]);
    }
    await expect(io.read('/etc/passwd')).rejects.toThrow(/not in the object store/);
  });

  test('versions are removed one after the other, and none after one that could not be removed', async () => {
    const { io, root, proxy } = await store();
    const versions = [1, 2, 3].map((number) => `${root}/metadata/v${number}.metadata.json`);
    proxy.accident = ({ path }) =>
      path.endsWith('/v2.metadata.json') ? { status: 403, code: 'AccessDenied' } : undefined;
    await expect(io.delete([`${root}/metadata/snap-1.avro`, ...versions])).rejects.toThrow(
      /remove .*v2\.metadata\.json: access is denied/,
    );
    expect(proxy.seen.map(({ path }) => path.split('/').at(-1))).toEqual(['v1.metadata.json', 'v2.metadata.json']);
  });

  test('I4 of 20 that create the same file at once one succeeds, and its content stays', async () => {
    const { io, root } = await store();
    const tries = Array.from({ length: 20 }, (_, number) => io.createExclusive(`${root}/v1`, text(String(number))));
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(String(Buffer.from((await io.read(`${root}/v1`)) ?? []))).toBe(String(outcomes.indexOf('created')));
  });

  test.each([
    ['is lost', 'answer lost'],
    ['is a conflict with one under way (409)', { status: 409, code: 'ConditionalRequestConflict' }],
    ['is that the store failed', { status: 500 }],
  ] as const)('I5 a creation whose answer %s counts as unknown, not as failed', async (_, accident) => {
    const { io, root, proxy } = await store();
    proxy.accident = ({ isConditional }) => (isConditional ? accident : undefined);
    expect(await failureOf(io.createExclusive(`${root}/v1`, text('x')))).toBeInstanceOf(OutcomeUnknown);
  });

  test('I5 a lost answer that the client asks for again is "exists", for the caller to read back', async () => {
    const { io, root, proxy } = await store();
    let lost = 0;
    proxy.accident = () => (lost++ === 0 ? 'answer lost' : undefined);
    expect(await io.createExclusive(`${root}/v1`, text('x'))).toBe('exists');
    expect(String(Buffer.from((await io.read(`${root}/v1`)) ?? []))).toBe('x');
  });

  test('I5 a refusal after a try that may have landed is unknown; a refusal at once is a failure', async () => {
    const { io, root, proxy } = await store();
    proxy.accident = () => ({ status: 403, code: 'AccessDenied' });
    const refused = await failureOf(io.createExclusive(`${root}/v1`, text('x')));
    expect(refused).toBeInstanceOf(StorageError);
    expect(refused).not.toBeInstanceOf(OutcomeUnknown);
    let tries = 0;
    proxy.accident = () => (tries++ === 0 ? 'answer lost' : { status: 403, code: 'AccessDenied' });
    expect(await failureOf(io.createExclusive(`${root}/v2`, text('x')))).toBeInstanceOf(OutcomeUnknown);
  });

  test('a moved-in file is gone locally, and its copy serves the next reader without a request', async () => {
    const { io, root, folder, proxy } = await store();
    const file = join(folder, 'rows.parquet');
    await writeFile(file, 'rows');
    const location = `${root}/data/rows.parquet`;
    await io.write(location, { localFile: file });
    await expect(stat(file)).rejects.toThrow(/ENOENT/);
    const asked = proxy.seen.length;
    const path = (await io.localPaths([location])).get(location) ?? '';
    expect(await readFile(path, 'utf8')).toBe('rows');
    expect(proxy.seen).toHaveLength(asked);
    await io.delete([location]);
    await expect(stat(path)).rejects.toThrow(/ENOENT/);
  });

  test('a file too large for one request arrives whole, in parts, and leaves no upload behind', async () => {
    const { io, root, folder, proxy } = await store();
    const file = join(folder, 'large.parquet');
    const bytes = 65 * 1024 * 1024 + 3;
    await sparseFile(file, bytes);
    const location = `${root}/data/large.parquet`;
    await io.write(location, { localFile: file });
    expect(proxy.seen.filter(({ method }) => method === 'PUT')).toHaveLength(5);
    expect(await io.size(location)).toBe(bytes);
    expect(String(Buffer.from(await io.readRange(location, bytes - 3, bytes)))).toBe('end');
    await rm(join(folder, 'cache'), { recursive: true });
    expect((await stat((await io.localPaths([location])).get(location) ?? '')).size).toBe(bytes);
  });

  test('an upload in parts that fails is aborted: nobody pays for parts that nobody sees', async () => {
    const { io, root, folder, proxy } = await store();
    const file = join(folder, 'large.parquet');
    await sparseFile(file, 65 * 1024 * 1024);
    proxy.accident = ({ method }) => (method === 'PUT' ? { status: 403, code: 'AccessDenied' } : undefined);
    await expect(io.write(`${root}/data/large.parquet`, { localFile: file })).rejects.toThrow(/access is denied/);
    expect(proxy.seen.at(-1)?.method).toBe('DELETE');
    expect((await stat(file)).size).toBe(65 * 1024 * 1024);
  });

  test('data is downloaded once: the second reading asks for nothing, a damaged copy is fetched again', async () => {
    const { io, root, proxy } = await store();
    const locations = Array.from({ length: 12 }, (_, number) => `${root}/data/${number}.parquet`);
    await Promise.all(locations.map((location) => io.write(location, text(location))));
    const asked = () => proxy.seen.filter(({ method }) => method === 'GET').length;
    const first = await io.localPaths(locations);
    expect(asked()).toBe(12);
    expect(await io.localPaths(locations)).toEqual(first);
    expect(asked()).toBe(12);
    const path = first.get(locations[3] ?? '') ?? '';
    await writeFile(path, 'cut');
    expect((await io.localPaths(locations)).get(locations[3] ?? '')).toBe(path);
    expect(await readFile(path, 'utf8')).toBe(locations[3]);
    expect(asked()).toBe(13);
  });

  test('copies can be read by nobody else', async () => {
    const { io, root, folder } = await store();
    await io.write(`${root}/data/a.parquet`, text('rows'));
    const path = (await io.localPaths([`${root}/data/a.parquet`])).get(`${root}/data/a.parquet`) ?? '';
    expect((await stat(join(folder, 'cache', 'files'))).mode & 0o777).toBe(0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test.each<[string, Partial<S3Settings>, RegExp]>([
    ['nobody answers', { endpoint: 'http://127.0.0.1:1' }, /nobody answers there.*endpoint/],
    ['no region is set', { endpoint: undefined, region: undefined }, /no region is set.*AWS_REGION/],
    ['there are no credentials', { credentials: undefined }, /no credentials were found.*AWS_ACCESS_KEY_ID/],
  ])('preparing says in one sentence when %s', async (_, change, words) => {
    withoutAws();
    const { io } = await store(change);
    const failure = await failureOf(io.prepare());
    expect(failure).toBeInstanceOf(StorageError);
    expect(String(failure)).toMatch(words);
    expect(String(failure)).not.toContain(S3_KEYS.secret);
  });

  test.each<[string, number, string, RegExp]>([
    ['may not', 403, 'AccessDenied', /access is denied.*s3:PutObject/],
    ['has an unknown key', 403, 'InvalidAccessKeyId', /access key is not known/],
    ['has a wrong secret', 403, 'SignatureDoesNotMatch', /secret key does not belong/],
    ['has credentials that are over', 400, 'ExpiredToken', /have expired/],
    ['asks the wrong region', 301, 'PermanentRedirect', /another region/],
    ['wants what the store lacks', 501, 'NotImplemented', /lacks what is asked/],
  ])('preparing says what to do when this user %s', async (_, status, code, words) => {
    const { io, proxy } = await store();
    proxy.accident = () => ({ status, code });
    const failure = await failureOf(io.prepare());
    expect(failure).toBeInstanceOf(StorageError);
    expect(String(failure)).toMatch(words);
    expect(JSON.stringify(failure) + String(failure)).not.toContain(S3_KEYS.secret);
  });

  test('a bucket that does not exist is named', async () => {
    const { folder, proxy } = await store();
    const options = { settings: s3Settings(proxy.endpoint), cache: folder };
    const io = await S3FileIO.open({ location: 's3://no-such-bucket/x', ...options });
    await expect(io.prepare()).rejects.toThrow(/s3:\/\/no-such-bucket\/x.*no such bucket/);
    await expect(io.folders('s3://no-such-bucket/x')).rejects.toThrow(/no such bucket/);
    await expect(io.read('s3://no-such-bucket/x/y')).rejects.toThrow(/no such bucket/);
  });

  test('I4 a store that ignores If-None-Match is refused: there two runs could replace each other', async () => {
    const { root, proxy } = await store();
    const lax = await laxProxy(proxy.endpoint);
    const io = await S3FileIO.open({ location: root, settings: s3Settings(lax), cache: tmpdir() });
    await expect(io.prepare()).rejects.toThrow(/ignores If-None-Match/);
  });

  test('preparing a store that works leaves one small object behind, and writes nothing more the next time', async () => {
    const { io, root, proxy } = await store();
    await io.prepare();
    await io.prepare();
    expect(await io.list(root)).toHaveLength(1);
    expect(proxy.seen.filter(({ method, isConditional }) => method === 'PUT' && !isConditional)).toHaveLength(1);
  });
});

/** As on a machine that nobody has prepared for AWS. */
function withoutAws(): void {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_ENDPOINT_URL'])
    vi.stubEnv(name, undefined);
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/dev/null');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  onTestFinished(() => void vi.unstubAllEnvs());
}

async function sparseFile(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w');
  await file.write('end', bytes - 3);
  await file.close();
}

/** A proxy that drops the condition from requests, as old servers do. */
async function laxProxy(endpoint: string): Promise<string> {
  const { createServer, request: forward } = await import('node:http');
  const proxy = createServer((request, response) => {
    const { 'if-none-match': _, ...headers } = request.headers;
    const onward = forward(new URL(request.url ?? '/', endpoint), { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  const address = proxy.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}
