/** When a sync calls which hook. */

import type { StreamReport } from '../../contract/report.js';
import type { ConnectorError, ErrorKind } from '../../core/errors.js';
import type { Ports } from '../../core/ports.js';
import type { TableVersion } from '../../writers/iceberg/version.js';
import type { Hooks } from '../settings/config.js';
import { callHook, type HookEvent } from './call-hook.js';

/** What makes the exit code another than 0: of a stream, or of a connection as a whole. */
export interface Trouble {
  readonly kind: ErrorKind;
  readonly error: string;
  /** Of the stream; absent: it is no stream's. */
  readonly report?: StreamReport;
}

/** Exit 75 and an interruption are for the next run, not for a person (docs/operations.md). */
const isAlarming = ({ kind }: Trouble) => kind !== 'later' && kind !== 'interrupted';

/** Hooks of one run. */
export class RunHooks {
  constructor(
    private readonly ports: Pick<Ports, 'log' | 'env' | 'redactor'>,
    private readonly hooks: Hooks,
    readonly runId: string,
  ) {}

  /**
   * @param grown tables with new rows, of any connection
   * @returns the kinds of all troubles, those of the hooks among them: whoever waits for what a hook did not do waits in vain
   */
  async ofConnection(
    connection: string,
    grown: readonly TableVersion[],
    troubles: readonly Trouble[],
  ): Promise<readonly ErrorKind[]> {
    // `_runs` grows by every run: nobody waits for the tables that we keep for ourselves.
    const own = grown.filter(({ namespace, name }) => namespace === connection && !name.startsWith('_'));
    const all = [...troubles];
    for (const version of own) all.push(...(await this.#call(this.#commit(version), connection)));
    for (const event of this.#failure(connection, all)) all.push(...(await this.#call(event, connection)));
    return all.map(({ kind }) => kind);
  }

  async ofSuccess(run: {
    readonly connections: readonly string[];
    readonly seconds: number;
    readonly requests: number;
  }): Promise<readonly ErrorKind[]> {
    const troubles = await this.#call({ event: 'success', run_id: this.runId, ...run }, 'the run');
    return troubles.map(({ kind }) => kind);
  }

  /** Whoever waits for the alarm hears of a run that cannot begin, too. */
  async ofNothingBegun(connections: readonly string[], error: ConnectorError): Promise<void> {
    const trouble = { kind: error.kind, error: error.message };
    for (const connection of connections) await this.ofConnection(connection, [], [trouble]);
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

  /** No filter of secrets is behind this. */
  #failure(connection: string, troubles: readonly Trouble[]): readonly HookEvent[] {
    const alarming = troubles
      .filter(isAlarming)
      .map(({ report, error }) => ({ report, error: this.ports.redactor.redact(error) }));
    if (alarming.length === 0) return [];
    const streams = alarming.flatMap(({ report, error }) =>
      report ? [{ stream: report.stream, state: report.state, error }] : [],
    );
    const error = alarming.map(({ report, error }) => (report ? `${report.stream}: ${error}` : error)).join('\n');
    return [{ event: 'failure', run_id: this.runId, connection, error, streams }];
  }

  async #call(event: HookEvent, about: string): Promise<readonly Trouble[]> {
    const { log, env } = this.ports;
    return callHook(this.hooks, event, env).then(
      () => [],
      (failure: ConnectorError) => {
        log.error(`${about}: ${failure.message}`);
        return [{ kind: failure.kind, error: failure.message }];
      },
    );
  }
}
