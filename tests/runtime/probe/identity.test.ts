import { afterEach, beforeEach, expect, test } from 'vitest';
import { identify } from '../../../src/runtime/probe/identity.js';
import { type FaultServer, startFaultServer } from '../../helpers/fault-server.js';
import { testClient } from '../../helpers/http-client.js';

let server: FaultServer;
beforeEach(async () => {
  server = await startFaultServer();
  server.script('/rest/api/2/myself', { body: { key: 'ada', displayName: 'Ada' } });
});
afterEach(() => server.close());

async function deploymentOf(info: unknown) {
  server.script('/rest/api/2/serverInfo', { body: info });
  const { client } = testClient(server.url);
  return identify(client)
    .then(({ deployment }) => deployment)
    .finally(() => client.close());
}

test('a Server that is too old to name its deployment is not asked in the ways of Cloud', async () => {
  expect(await deploymentOf({ version: '7.2.1', buildNumber: 72_003 })).toBe('Server');
});

test.each(['Cloud', 'Server', 'DataCenter'])('a site that calls itself %s is that', async (deploymentType) => {
  expect(await deploymentOf({ version: '1001.0.0', deploymentType })).toBe(deploymentType);
});

test('an answer that tells nothing of the site is an error, not a guess', async () => {
  await expect(deploymentOf({})).rejects.toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('does not say what it is'),
  });
});
