/** `connector simulate`: the simulated Jira alone, until it is interrupted. */
import { EXIT } from '../../core/errors.js';
import type { Action } from '../command.js';
import { simulatorOn } from '../simulator.js';

interface Options {
  readonly port: number;
  readonly issues?: number;
  readonly datacenter?: true;
}

export const run: Action<Options> = async (context, _args, { port, issues, datacenter }) => {
  const simulator = await simulatorOn({ port, issues, deployment: datacenter ? 'datacenter' : 'cloud' });
  // These tokens open nothing but the simulator, so they may be shown.
  const credentials = datacenter
    ? `JIRA_PAT=${simulator.pat}`
    : `JIRA_EMAIL=${simulator.email} JIRA_API_TOKEN=${simulator.apiToken}`;
  context.print(`JIRA_URL=${simulator.url} ${credentials}\nA simulated Jira listens there until Ctrl-C.`);
  await new Promise<void>((resolve) => {
    if (context.signal.aborted) resolve();
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await simulator.close();
  return EXIT.ok;
};
