/** What every command gets: settings, the registry, a log, and a place for its answer. */
import { setGlobalDispatcher } from 'undici';
import type { Config } from '../app/settings/config.js';
import { readEnvironment } from '../app/settings/environment.js';
import { loadHooks } from '../app/settings/hooks.js';
import { loadConfig } from '../app/settings/load-config.js';
import { loadLabels } from '../app/settings/load-labels.js';
import { loadLake, secretsOf } from '../app/settings/load-lake.js';
import { loadManifest, type Manifest } from '../app/settings/manifest.js';
import { proxyOf } from '../app/settings/network.js';
import { readStreamFiles } from '../app/settings/package-files.js';
import type { ConfigSource } from '../app/settings/settings-file.js';
import { printableJson, printableLines } from '../core/printable.js';
import { redactor } from '../core/redactor.js';
import { createAgent } from '../http/agent.js';
import { proxySecrets } from '../http/proxy-login.js';
import { loadRegistry } from '../runtime/streams/load.js';
import type { Registry } from '../runtime/streams/registry.js';
import type { LakeSettings } from '../writers/storage/lake.js';
import { redactorOf } from './credentials.js';
import { addressesOf } from './hooks.js';
import type { Io } from './io.js';
import { createLog, type Log, type LogLevel } from './log.js';
import { Redaction } from './redaction.js';

/** Flags that work everywhere. */
export interface GlobalOptions {
  readonly config?: string;
  readonly warehouse?: string;
  readonly logLevel: LogLevel;
}

/** The way of everything without one of its own: catalogs and hooks. */
const STRAIGHT = createAgent();

export class Context {
  readonly redaction = new Redaction();
  readonly log: Log;
  #registry: Registry | undefined;
  #manifest: Manifest | undefined;

  constructor(
    readonly io: Io,
    readonly options: GlobalOptions,
  ) {
    this.log = createLog(io.stderr, options.logLevel, this.redaction);
    setGlobalDispatcher(STRAIGHT);
  }

  registry(): Registry {
    this.#registry ??= loadRegistry(readStreamFiles());
    return this.#registry;
  }

  manifest(): Manifest {
    this.#manifest ??= loadManifest();
    return this.#manifest;
  }

  /**
   * Settings with credentials; from here on their values are kept out of everything shown.
   * @param connections only these; none: all
   */
  config(connections: readonly string[] = []): Config {
    this.#takeProxy();
    const config = loadConfig({ ...this.#source(), connections, streamNames: [...this.registry().streams.keys()] });
    for (const { auth, redis, people } of config.connections) {
      this.redaction.add(redactorOf(auth, redis));
      if (people.mode === 'pseudonymous' && people.key) this.redaction.add(redactor([people.key]));
    }
    this.#keepSecret(config.lake);
    this.redaction.add(redactor(addressesOf(config.hooks)));
    for (const warning of config.warnings) this.log.warn(warning);
    return config;
  }

  /**
   * Where the tables are; needs no site and none of its credentials.
   * @param place another warehouse than the settings name, reached as they say
   */
  lake(place = this.options.warehouse): LakeSettings {
    this.#takeProxy();
    const { lake, warnings } = loadLake({ ...this.#source(), warehouse: place });
    this.#keepSecret(lake);
    for (const warning of warnings) this.log.warn(warning);
    return lake;
  }

  /** What a run calls although it cannot begin, and the connections it is called for. */
  hooks(connections: readonly string[]): ReturnType<typeof loadHooks> {
    const loaded = loadHooks({ ...this.#source(), connections });
    this.redaction.add(redactor(addressesOf(loaded.hooks)));
    return loaded;
  }

  /** What people call the connections, by name. */
  labels(): ReadonlyMap<string, string> {
    return loadLabels(this.#source());
  }

  /** One JSON document on standard output. */
  printJson(value: unknown): void {
    this.io.stdout.write(`${printableJson(this.redaction.apply(JSON.stringify(value, null, 2)))}\n`);
  }

  /** The same, for values that JSON.stringify would refuse or bend (integers beyond 2^53). */
  printJsonText(text: string): void {
    this.io.stdout.write(`${printableJson(this.redaction.apply(text))}\n`);
  }

  /** Text for people on standard output. */
  print(text: string): void {
    this.io.stdout.write(`${printableLines(this.redaction.apply(text))}\n`);
  }

  #takeProxy(): void {
    const proxy = proxyOf(readEnvironment(this.io.env));
    if (!proxy) return;
    this.redaction.add(redactor(proxySecrets(proxy)));
    setGlobalDispatcher(createAgent({ proxy }));
  }

  #keepSecret(lake: LakeSettings): void {
    this.redaction.add(redactor(secretsOf(lake)));
  }

  #source(): ConfigSource {
    const { config: configFile, warehouse } = this.options;
    return { configFile, warehouse, env: this.io.env, cwd: this.io.cwd };
  }
}
