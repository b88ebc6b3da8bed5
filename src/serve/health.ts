/** For those who watch: whether answers can be made at all, and the warehouse in numbers. */
import { measure } from '../app/metrics/measure.js';
import { ENGINE } from '../core/engine.js';
import { JSON_TYPE, whole } from './reply.js';
import type { Route } from './route.js';

export const HEALTH: Route = {
  path: '/healthz',
  aliases: [],
  about: 'Whether there are tables, and the metadata of every one can be read; tells nothing of what is in them',
  type: JSON_TYPE,
  access: 'none',
  options: [],
  async answer({ ports: { signal, log } }, { looks }, reply) {
    const ok = await looks.check().then(
      () => true,
      (error: unknown) => {
        log.error(`The warehouse cannot be read: ${error instanceof Error ? error.message : String(error)}`);
        return false;
      },
    );
    const body = `${JSON.stringify({ ok, version: ENGINE.version })}\n`;
    await reply.send(ok ? 200 : 503, { type: JSON_TYPE, pieces: whole(body) }, signal);
  },
};

export const METRICS: Route = {
  path: '/metrics',
  aliases: [],
  about: 'Age, rows and state of every stream, in the text format of Prometheus',
  type: 'text/plain; version=0.0.4; charset=utf-8',
  access: 'whole',
  options: [],
  async answer({ ports: { signal, log } }, { warehouse, measured, lanes }, reply) {
    const leave = await lanes.enter(signal);
    try {
      const text = await measure({ ...measured, warehouse }, log);
      await reply.send(200, { type: METRICS.type, pieces: whole(text) }, signal);
    } finally {
      leave();
    }
  },
};
