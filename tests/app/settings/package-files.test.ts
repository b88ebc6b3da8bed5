import { describe, expect, test } from 'vitest';
import { loadManifest, manifestSchema } from '../../../src/app/settings/manifest.js';
import { readPackageFile, readStreamFiles } from '../../../src/app/settings/package-files.js';
import { ENGINE } from '../../../src/core/engine.js';

describe('files that come with the connector', () => {
  test('the manifest is valid, its durations in milliseconds, and says the version of the package', () => {
    const manifest = loadManifest();
    expect(manifest.timeouts.connect).toBe(10_000);
    expect(manifest.rate.requests_per_second).toBe(5);
    expect(manifest.version).toBe(ENGINE.version);
  });

  test('an unknown word in the manifest is named with its line and the nearest word', () => {
    const { file, text } = readPackageFile('connector.yaml');
    expect(() => loadManifest({ file, text: text.replace('commit_rows:', 'commit_row:') })).toThrow(
      /connector\.yaml:\d+: unknown word `commit_row`.* Did you mean `commit_rows`\?/,
    );
    expect(manifestSchema.safeParse({}).success).toBe(false);
  });

  test('stream files are found, the untested ones told apart', () => {
    const files = readStreamFiles();
    expect(files.filter((file) => file.untested).map((file) => file.file)).toContain(
      'streams/untested/audit_records.yaml',
    );
    expect(files.every((file) => file.untested === file.file.includes('/untested/'))).toBe(true);
  });
});
