/** Of all that is told of a run, what came and what is finished. */
import type { StreamEvent } from '../../contract/events.js';

export interface Read {
  readonly stream: string;
  /** Records so far. */
  readonly rows: number;
  readonly done: boolean;
}

export function onRead(show: (read: Read) => void): (event: StreamEvent) => void {
  const came = new Map<string, number>();
  return (event) => {
    const { stream, kind } = event;
    if (kind !== 'read' && kind !== 'scanned') return;
    const rows = (came.get(stream) ?? 0) + (kind === 'read' ? event.rows : 0);
    came.set(stream, rows);
    show({ stream, rows, done: kind === 'scanned' });
  };
}
