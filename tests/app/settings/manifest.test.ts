/** connector.yaml describes the connector; what it says must be what the code does. */
import { expect, test } from 'vitest';
import { loadManifest } from '../../../src/app/settings/manifest.js';
import { ENGINE } from '../../../src/core/engine.js';
import { MYSELF } from '../../../src/http/login-check.js';
import { DEFAULT_RETRY } from '../../../src/http/retry.js';
import { CREDENTIAL_KINDS } from '../../../src/runtime/streams/kinds.js';

const manifest = loadManifest();

test('the credential check is the one that is asked', () => expect(manifest.credential_check).toBe(`GET ${MYSELF}`));

test('the kinds of credentials are those that the settings take', () => {
  expect(manifest.auth.map(({ kind }) => kind)).toEqual(CREDENTIAL_KINDS);
});

test('the version is the package’s', () => expect(manifest.version).toBe(ENGINE.version));

test('the promises of the design: 5 requests a second, 8 tries, 60 s between them', () => {
  expect(manifest.rate.requests_per_second).toBe(5);
  expect(manifest.retry).toMatchObject({ tries: 8, longest_wait: 60_000, statuses: [429, 500, 502, 503, 504] });
  expect([...manifest.retry.statuses, ...manifest.retry.passing_statuses]).toEqual(DEFAULT_RETRY.statuses);
});
