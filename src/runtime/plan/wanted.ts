/** Each stream with what its table wants: all of it, or what changed. */
import { ConnectorError } from '../../core/errors.js';
import type { Registry } from '../streams/registry.js';
import { type Rhythm, type Settings, type State, windowOf } from './bookmark.js';
import type { Wanted } from './tree.js';

/** @throws ConnectorError kind `usage` for a table that belongs to another site. */
export function wantedOf(
  input: { readonly registry: Registry; readonly site: string; readonly streams: readonly string[] },
  stateOf: (stream: string) => State | null,
  settings: Settings,
  rhythm: (stream: string) => Rhythm,
): readonly Wanted[] {
  return input.streams.map((stream) => {
    const state = stateOf(stream);
    if (state && state.site !== input.site) {
      throw new ConnectorError(
        'usage',
        `The table of ${stream} belongs to ${state.site}, not to ${input.site}. Use another warehouse or another connection name.`,
      );
    }
    const incremental = windowOf(state, '', settings, rhythm(stream)).mode === 'incremental';
    return { stream, mode: incremental && input.registry.get(stream).write !== 'replace' ? 'incremental' : 'full' };
  });
}
