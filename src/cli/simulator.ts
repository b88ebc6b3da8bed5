/** The simulated Jira of `demo` and `simulate`: a program of its own beside the connector, loaded when it is played. */
import type { Simulator, SimulatorOptions } from '../../simulator/simulator.js';
import { ConnectorError } from '../core/errors.js';
import { errorCode } from '../core/files/file-io.js';

/** @throws ConnectorError kind `usage` when the port is taken. */
export async function simulatorOn(options: SimulatorOptions & { readonly port: number }): Promise<Simulator> {
  const { startSimulator } = await import('../../simulator/simulator.js');
  try {
    return await startSimulator(options);
  } catch (cause) {
    if (errorCode(cause) !== 'EADDRINUSE') throw cause;
    throw new ConnectorError(
      'usage',
      `Port ${options.port} is taken by another program. Choose another one with --port.`,
      { cause },
    );
  }
}
