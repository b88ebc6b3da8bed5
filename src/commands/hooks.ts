/** Tells other programs what a run has done: `hooks:` in sync.yaml. A hook that fails is a failure of the run, as what follows it did not happen. */
import { spawn } from 'node:child_process';
import { fetch } from 'undici';
import type { Hook, Hooks } from '../config/config.js';
import type { Environment } from '../config/environment.js';
import { ConnectorError } from '../errors.js';
import type { Secret } from '../secret.js';

/** What a hook is told, as JSON: on its standard input, or as the body of a POST. */
export type HookEvent = CommitEvent | FailureEvent;

export interface CommitEvent {
  readonly event: 'commit';
  readonly run_id: string;
  readonly connection: string;
  readonly stream: string;
  /** Where the table's newest metadata file lies: what `ALTER ICEBERG TABLE … REFRESH` wants to know. */
  readonly metadata_location: string;
  readonly snapshot_id: string | null;
}

/** One for all streams of a connection: an expired token fails every one of them. */
export interface FailureEvent {
  readonly event: 'failure';
  readonly run_id: string;
  readonly connection: string;
  /** A line for each stream. */
  readonly error: string;
  readonly streams: readonly { readonly stream: string; readonly state: string; readonly error: string }[];
}

/** Every address, as it must not be shown. */
export const addressesOf = ({ afterCommit, onFailure }: Hooks): readonly Secret[] =>
  [afterCommit, onFailure].flatMap((hook) => (hook && 'url' in hook ? [hook.url] : []));

/** A hook that hangs must not hold the next scheduled run. */
const PATIENCE_MS = 60_000;
/** Of what a program complains about, the end says why. */
const COMPLAINT_CHARACTERS = 500;
/** Systems refuse to start a program with larger variables; the event on its input is whole. */
const VARIABLE_CHARACTERS = 10_000;

/**
 * Calls the hook that is for this event, if there is one.
 * @param env of a program that is called; the event's parts are added as `CONNECTOR_EVENT`, `CONNECTOR_STREAM`, …
 * @throws ConnectorError kind `failed` saying which hook did what; an address is not shown, it may be a secret.
 */
export async function callHook(
  hooks: Hooks,
  event: HookEvent,
  env: Environment,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const [name, hook] = event.event === 'commit' ? ['after_commit', hooks.afterCommit] : ['on_failure', hooks.onFailure];
  if (!hook) return;
  try {
    if ('command' in hook) await callProgram(hook, event, env, patienceMs);
    else await callAddress(hook, event, patienceMs);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConnectorError(
      'failed',
      `The hook ${name} failed for ${aboutOf(event)}: ${why}. The tables are as the report says; ` +
        'mend the hook, and do by hand what it should have done.',
    );
  }
}

function callProgram(
  hook: Extract<Hook, { command: unknown }>,
  event: HookEvent,
  env: Environment,
  patienceMs: number,
): Promise<void> {
  const [program = '', ...args] = hook.command;
  return new Promise((resolve, reject) => {
    // Without a shell: what a table is called never becomes a command (I10).
    const child = spawn(program, args, {
      env: { ...env, ...variablesOf(event) },
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: patienceMs,
      killSignal: 'SIGKILL',
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-COMPLAINT_CHARACTERS);
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`${program} cannot be started (${error.code ?? error.message})`)),
    );
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else {
        const end = code === null ? `${signal} (after at most ${patienceMs / 1000} s)` : `exit code ${code}`;
        reject(new Error(`${program} ended with ${end}${complaint.trim() ? `: ${complaint.trim()}` : ''}`));
      }
    });
    // A program that does not read its input is no failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(event));
  });
}

async function callAddress(hook: Extract<Hook, { url: unknown }>, event: HookEvent, patienceMs: number): Promise<void> {
  const answer = await fetch(hook.url.reveal(), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
  }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(
      `its address cannot be reached (${cause instanceof Error && 'code' in cause ? cause.code : (cause as Error).name})`,
    );
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`its address answered ${answer.status}`);
}

const aboutOf = (event: HookEvent) => ('stream' in event ? `${event.connection}.${event.stream}` : event.connection);

function variablesOf(event: HookEvent): Record<string, string> {
  const said = Object.entries(event).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(
    said.map(([name, value]) => [`CONNECTOR_${name.toUpperCase()}`, String(value).slice(0, VARIABLE_CHARACTERS)]),
  );
}
