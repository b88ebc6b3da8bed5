/** `connector simulate`: the simulated Jira alone, until it is interrupted. */
import { InvalidArgumentError } from 'commander';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js';
import { ConnectorError, EXIT } from '../core/errors.js';
import type { Action, Registration } from './command.js';

interface Options {
  readonly port: number;
  readonly issues?: number;
  readonly datacenter?: true;
}

const simulate: Action<Options> = async (context, _args, { port, issues, datacenter }) => {
  const simulator = await simulatorOn({ port, issues, deployment: datacenter ? 'datacenter' : 'cloud' });
  // These tokens open nothing but the simulator, so they may be shown.
  const credentials = datacenter
    ? `JIRA_PAT=${simulator.pat}`
    : `JIRA_EMAIL=${simulator.email} JIRA_API_TOKEN=${simulator.apiToken}`;
  context.print(`JIRA_URL=${simulator.url} ${credentials}\nA simulated Jira listens there until Ctrl-C.`);
  await new Promise<void>((resolve) => {
    if (context.io.signal.aborted) resolve();
    context.io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await simulator.close();
  return EXIT.ok;
};

export const registerSimulate: Registration = (program, run) => {
  program
    .command('simulate')
    .summary('a simulated Jira on this machine, for trying things out')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--issues <number>', 'size of the site', wholeNumber(0, 10_000_000))
    .option('--datacenter', 'a Data Center in place of a Cloud site')
    .action(run(simulate));
};

/** @throws ConnectorError kind `usage` when the port is taken. */
export async function simulatorOn(options: SimulatorOptions & { readonly port: number }): Promise<Simulator> {
  try {
    return await startSimulator(options);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new ConnectorError(
      'usage',
      `Port ${options.port} is taken by another program. Choose another one with --port.`,
      {
        cause,
      },
    );
  }
}

/** A parser for commander; @throws InvalidArgumentError, which commander shows. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
    return value;
  };
}
