/** Tells other programs what a run has done: `hooks:` in sync.yaml. A hook that fails is a failure of the run, as what follows it did not happen. */
import { fetch } from 'undici';
import type { Environment } from '../../core/environment.js';
import { ConnectorError } from '../../core/errors.js';
import { createAgent } from '../../http/agent.js';
import type { Hook, Hooks } from '../settings/config.js';
import { definitions } from '../settings/definitions.js';
import { runHookProgram } from './hook-program.js';

/** What a hook is told, as JSON: on its standard input, or as the body of a POST. */
export type HookEvent = CommitEvent | FailureEvent | SuccessEvent;

export interface CommitEvent {
  readonly event: 'commit';
  readonly run_id: string;
  readonly connection: string;
  readonly stream: string;
  /** Where the table's newest metadata file lies: what `ALTER ICEBERG TABLE … REFRESH` wants to know. */
  readonly metadata_location: string;
  readonly snapshot_id: string | null;
}

/** One for all troubles of a connection: an expired token fails every one of its streams. */
export interface FailureEvent {
  readonly event: 'failure';
  readonly run_id: string;
  readonly connection: string;
  /** A line for each stream, and for what is no stream's: a run that was not recorded, a hook that failed. */
  readonly error: string;
  readonly streams: readonly { readonly stream: string; readonly state: string; readonly error: string }[];
}

/** One for a run that ended with exit code 0: a watch that misses it raises the alarm for a job that never started, too. */
export interface SuccessEvent {
  readonly event: 'success';
  readonly run_id: string;
  readonly connections: readonly string[];
  readonly seconds: number;
  readonly requests: number;
}

/** A hook that hangs must not hold the next scheduled run. */
const PATIENCE_MS = 60_000;
/** Systems refuse to start a program with larger variables; the event on its input is whole. */
const VARIABLE_CHARACTERS = 10_000;
/** Chats refuse or fold longer ones. */
const TEXT_CHARACTERS = 3000;

const HOOK_OF = {
  commit: { name: 'after_commit', of: ({ afterCommit }: Hooks) => afterCommit },
  failure: { name: 'on_failure', of: ({ onFailure }: Hooks) => onFailure },
  success: { name: 'on_success', of: ({ onSuccess }: Hooks) => onSuccess },
} as const;

/**
 * Calls the hook that is for this event, if there is one.
 * @param env of which a program gets some; the event's parts are added as `CONNECTOR_EVENT`, `CONNECTOR_STREAM`, …
 * @throws ConnectorError kind `failed` saying which hook did what; an address is not shown, it may be a secret.
 */
export async function callHook(
  hooks: Hooks,
  event: HookEvent,
  env: Environment,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const { name, of } = HOOK_OF[event.event];
  const hook = of(hooks);
  if (!hook) return;
  try {
    if ('url' in hook) await callAddress(hook, event, hooks.proxy, patienceMs);
    else
      await runHookProgram({ ...hook, input: JSON.stringify(event), variables: variablesOf(event) }, env, patienceMs);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConnectorError(
      'failed',
      `The hook ${name} failed for ${aboutOf(event)}: ${why}. The tables are as the report says; ` +
        'mend the hook, and do by hand what it should have done.',
    );
  }
}

async function callAddress(
  hook: Extract<Hook, { url: unknown }>,
  event: HookEvent,
  proxy: Hooks['proxy'],
  patienceMs: number,
): Promise<void> {
  const agent = createAgent({ proxy }, definitions().manifest.timeouts);
  try {
    const answer = await fetch(hook.url.reveal(), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // Slack, Teams and Mattermost show `text`, and refuse a message without one.
      body: JSON.stringify({ text: textOf(event), ...event }),
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
      dispatcher: agent,
    }).catch((error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new Error(
        `its address cannot be reached (${cause instanceof Error && 'code' in cause ? cause.code : (cause as Error).name})`,
      );
    });
    if (!answer.ok) throw new Error(`its address answered ${answer.status}`);
  } finally {
    await agent.destroy();
  }
}

const aboutOf = (event: HookEvent) => {
  if (event.event === 'success') return event.connections.join(', ');
  return 'stream' in event ? `${event.connection}.${event.stream}` : event.connection;
};

const SAID: { readonly [Name in HookEvent['event']]: (event: Extract<HookEvent, { event: Name }>) => string } = {
  commit: ({ connection, stream }) => `Jira: ${connection}.${stream} has new rows.`,
  failure: ({ connection, error }) => `Jira: the sync of ${connection} failed.\n${error}`,
  success: ({ connections, seconds, requests }) =>
    `Jira: the sync of ${connections.join(', ')} is done (${requests} requests, ${seconds} s).`,
};

/** For people. An error may repeat what a site says: in a chat, `<!channel>` would call everybody (https://docs.slack.dev/messaging/formatting-message-text). */
function textOf(event: HookEvent): string {
  const said = (SAID[event.event] as (event: HookEvent) => string)(event);
  const short = said.length > TEXT_CHARACTERS ? `${said.slice(0, TEXT_CHARACTERS)}…` : said;
  return short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function variablesOf(event: HookEvent): Record<string, string> {
  const said = Object.entries(event).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(
    said.map(([name, value]) => [`CONNECTOR_${name.toUpperCase()}`, String(value).slice(0, VARIABLE_CHARACTERS)]),
  );
}
