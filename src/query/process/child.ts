/**
 * The process in which statements from outside run. It has no secret to lose: its environment is empty but for what a program
 * needs to start, and its parent reads catalogs and stores.
 */
import { rmSync } from 'node:fs';
import { ConnectorError } from '../../core/errors.js';
import { render } from '../formats/formats.js';
import { parquetOf } from '../formats/parquet.js';
import { prepareAll } from '../read-only.js';
import { type OpenViews, openViews } from '../views.js';
import { type Message, Peer } from './peer.js';

let views: OpenViews | undefined;
let temporary: string | undefined;

// A parent that has died is told by `disconnect`: an answer that does not reach it any more must not end this process before.
const send = (message: Message) => process.send?.(message, undefined, undefined, () => undefined);

const parent = new Peer(send, {
  async open(wanted) {
    temporary = wanted.temporary;
    views = await openViews(wanted, ({ namespace, name }) => parent.call('files', { namespace, name }));
    const { tables, peopleViews, peopleFunctions, columns, problems } = views;
    const names = new Set([...columns.values()].flatMap((own) => [...own.keys()]));
    return { tables, peopleViews, peopleFunctions, columnNames: [...names], problems };
  },
  async answer({ sql, format, ...options }) {
    if (!views) throw new ConnectorError('failed', 'A statement came before the warehouse was open.');
    if (format === 'parquet') {
      for await (const piece of parquetOf(views, sql, temporary ?? '')) await parent.call('take', piece);
      return null;
    }
    for await (const piece of render(format, await prepareAll(views, sql), options)) await parent.call('take', piece);
    return null;
  },
});

process.on('message', (message) => parent.receive(message as Message));
// A terminal tells both processes of Ctrl-C. The parent decides, and ends this one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => {
  try {
    // A statement under way may put another file there.
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  } finally {
    // Threads of DuckDB that are in the middle of a statement would hold an ordinary exit.
    process.kill(process.pid, 'SIGKILL');
  }
});
