/** When a sync calls which hook. */

import type { StreamReport } from '../../contract/report.js';
import type { ConnectorError, ErrorKind } from '../../core/errors.js';
import type { Ports } from '../../core/ports.js';
import type { TableVersion } from '../../writers/iceberg/version.js';
import type { Hooks } from '../settings/config.js';
import { callHook, type HookEvent } from './call-hook.js';

/** Hooks of one run. Errors must have passed the filter of secrets: no other one is behind this. */
export class RunHooks {
  constructor(
    private readonly ports: Pick<Ports, 'log' | 'env'>,
    private readonly hooks: Hooks,
    readonly runId: string,
  ) {}

  /** @param grown tables with new rows, of any connection @returns what hooks did not do: whoever waits for it waits in vain */
  async ofConnection(
    connection: string,
    grown: readonly TableVersion[],
    reports: readonly StreamReport[],
  ): Promise<readonly ErrorKind[]> {
    // `_runs` grows by every run: nobody waits for the tables that we keep for ourselves.
    const own = grown.filter(({ namespace, name }) => namespace === connection && !name.startsWith('_'));
    const failures: ErrorKind[] = [];
    for (const event of [...own.map((version) => this.#commit(version)), ...this.#failure(connection, reports)])
      failures.push(...(await this.#call(event, connection)));
    return failures;
  }

  async ofSuccess(run: {
    readonly connections: readonly string[];
    readonly seconds: number;
    readonly requests: number;
  }): Promise<readonly ErrorKind[]> {
    return this.#call({ event: 'success', run_id: this.runId, ...run }, 'the run');
  }

  /** Whoever waits for the alarm hears of a run that cannot begin, too. @param error without secrets */
  async ofNothingBegun(connections: readonly string[], error: string): Promise<void> {
    for (const connection of connections)
      await this.#call({ event: 'failure', run_id: this.runId, connection, error, streams: [] }, connection);
  }

  #commit({ namespace, name, metadataLocation, currentSnapshotId }: TableVersion): HookEvent {
    return {
      event: 'commit',
      run_id: this.runId,
      connection: namespace,
      stream: name,
      metadata_location: metadataLocation,
      snapshot_id: currentSnapshotId,
    };
  }

  #failure(connection: string, reports: readonly StreamReport[]): readonly HookEvent[] {
    const streams = reports
      .filter(({ state }) => state === 'failed')
      .map(({ stream, state, error = '' }) => ({ stream, state, error }));
    const error = streams.map((failed) => `${failed.stream}: ${failed.error}`).join('\n');
    return streams.length === 0 ? [] : [{ event: 'failure', run_id: this.runId, connection, error, streams }];
  }

  async #call(event: HookEvent, about: string): Promise<readonly ErrorKind[]> {
    const { log, env } = this.ports;
    return callHook(this.hooks, event, env).then(
      () => [],
      (failure: ConnectorError) => {
        log.error(`${about}: ${failure.message}`);
        return [failure.kind];
      },
    );
  }
}
