/** `connector simulate`: the simulated Jira alone, until it is interrupted. */
import { InvalidArgumentError } from 'commander';
import { ConnectorError, EXIT } from '../errors.js';
import { type Simulator, startSimulator } from '../simulator/simulator.js';
import type { Action, Registration } from './command.js';

interface Options {
  readonly port: number;
  readonly issues?: number;
}

const simulate: Action<Options> = async (context, _args, { port, issues }) => {
  const simulator = await simulatorOn(port, issues);
  // This token opens nothing but the simulator, so it may be shown.
  context.print(
    `JIRA_URL=${simulator.url} JIRA_EMAIL=${simulator.email} JIRA_API_TOKEN=${simulator.apiToken}\nA simulated Jira listens there until Ctrl-C.`,
  );
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
    .action(run(simulate));
};

/** @param issues undefined: the default size. @throws ConnectorError kind `usage` when the port is taken. */
export async function simulatorOn(port: number, issues: number | undefined): Promise<Simulator> {
  try {
    return await startSimulator({ port, issues });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new ConnectorError('usage', `Port ${port} is taken by another program. Choose another one with --port.`, {
      cause,
    });
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
