/** What every command gets: the ports of the use cases, the settings, and a place for its answer. */
import type { Command } from 'commander';

import { openConfig, openHooks, openServe, openWarehouseSettings } from '../app/open-settings.js';
import type { Config } from '../app/settings/config.js';
import { definitions } from '../app/settings/definitions.js';
import type { loadHooks } from '../app/settings/hooks.js';
import { loadLabels, loadPseudonymous } from '../app/settings/load-labels.js';
import type { ServeSettings } from '../app/settings/serve-keys.js';
import type { ConfigSource } from '../app/settings/settings-file.js';
import { loadWatched, type WatchedConnection } from '../app/watched.js';
import { systemClock } from '../core/clock.js';
import type { Environment } from '../core/environment.js';
import { fold } from '../core/fold.js';
import type { Log, Ports } from '../core/ports.js';
import { printableLines } from '../core/printable.js';
import { Redactor } from '../core/redactor.js';
import type { Registry } from '../runtime/streams/registry.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import { type Io, NARROW_WIDTH } from './ui/io.js';
import { writeJson } from './ui/json.js';
import { createLog } from './ui/log.js';
import type { LogLevel } from './ui/log-levels.js';

/** Longer lines are tiring to read. */
const WIDEST = 120;

/** Flags that work everywhere. */
export interface GlobalOptions {
  readonly config?: string;
  readonly warehouse?: string;
  readonly logLevel: LogLevel;
  /** Documents on one line. */
  readonly jsonLines?: true;
}

export class Context implements Ports {
  readonly clock = systemClock;
  readonly redactor = new Redactor();
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly env: Environment;

  constructor(
    readonly io: Io,
    readonly options: GlobalOptions,
    /** All commands, as values. */
    readonly program: Command,
  ) {
    this.signal = io.signal;
    this.env = io.env;
    this.log = createLog(io.stderr, options.logLevel, this.redactor);
  }

  registry(): Registry {
    return definitions().registry;
  }

  /** @param connections only these; none: all */
  config(connections: readonly string[] = []): Config {
    return openConfig({ ...this.#source(), connections }, this);
  }

  /** Those that can ask their sites. @param connections only these; none: all. @throws the error of one whose credentials are not here */
  sites(connections: readonly string[] = []): Config['connections'] {
    const { connections: read, stopped } = this.config(connections);
    // Of its site nothing would be found, and its rows would be missing without a word.
    for (const { error } of stopped) throw error;
    return read;
  }

  /** @param place another warehouse than the settings name, reached as they say */
  warehouse(place = this.options.warehouse): WarehouseSettings {
    return openWarehouseSettings({ ...this.#source(), warehouse: place }, this);
  }

  hooks(connections: readonly string[]): ReturnType<typeof loadHooks> {
    return openHooks({ ...this.#source(), connections }, this);
  }

  /** Who may ask over HTTP. */
  serve(): ServeSettings {
    return openServe(this.#source(), this);
  }

  /** What people call the connections, by name. */
  labels(): ReadonlyMap<string, string> {
    return loadLabels(this.#source());
  }

  /** Names of connections whose people are to be pseudonyms. */
  pseudonymous(): ReadonlySet<string> {
    return loadPseudonymous(this.#source());
  }

  /** What the settings want to be read; null where no settings file is, or another warehouse is named than it says. */
  watched(): readonly WatchedConnection[] | null {
    const { config, warehouse } = this.options;
    return warehouse !== undefined && config === undefined ? null : loadWatched(this.#source());
  }

  /** One JSON document on standard output. */
  printJson(value: unknown): void {
    this.printJsonText(JSON.stringify(value, null, 2));
  }

  /** The same, for values that JSON.stringify would refuse or bend (integers beyond 2^53). */
  printJsonText(text: string): void {
    writeJson(this.io, this.redactor.redact(text), this.options.jsonLines === true);
  }

  /** Text on standard output, each line as it is. */
  print(text: string): void {
    this.io.stdout.write(`${printableLines(this.redactor.redact(text))}\n`);
  }

  /** Sentences and tables for people: on a terminal sentences are folded to its width. */
  tell(text: string): void {
    const { isTTY, columns } = this.io.stdout;
    this.print(fold(text, isTTY ? columns : undefined));
  }

  /** Of tables: that of the terminal, and 80 characters off it. */
  get width(): number {
    const { isTTY, columns = NARROW_WIDTH } = this.io.stdout;
    return isTTY ? Math.min(columns, WIDEST) : NARROW_WIDTH;
  }

  #source(): ConfigSource {
    const { config: configFile, warehouse } = this.options;
    return { configFile, warehouse, env: this.env, cwd: this.io.cwd };
  }
}
