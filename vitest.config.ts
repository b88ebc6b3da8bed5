import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/conformance/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['tests/helpers/compile.ts'],
    pool: 'forks',
    // Most tests wait for disks, sockets and processes of their own; the default leaves one of two cores idle.
    maxWorkers: 2,
    // Tests of one file side by side start processes, which take a core each.
    maxConcurrency: 2,
  },
});
