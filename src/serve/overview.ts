/** The page of `connector report overview`, made anew for each who asks. */
import type { FlowOptions } from '../app/report/flow.js';
import { FLOW_MEMORY } from '../app/report/warehouse.js';
import { FLOW_OPTIONS } from '../reports/flow/options.js';
import { POLICY } from '../reports/html/page.js';
import { inWords } from '../reports/made.js';
import { worded } from './problem.js';
import { whole } from './reply.js';
import type { House, Request, Route } from './route.js';

interface Words extends Omit<FlowOptions, 'connections' | 'projects'> {
  readonly connection: readonly string[];
  readonly project: readonly string[];
}

export const OVERVIEW: Route = {
  path: '/report/overview',
  aliases: [],
  about: 'Hours, throughput, cycle time and their like on one page',
  type: 'text/html; charset=utf-8',
  access: 'key',
  options: FLOW_OPTIONS,
  async answer({ caller, words, ports }, { warehouse, labels, lanes, looks }, reply) {
    const { connection: connections, project: projects, ...options } = words as unknown as Words;
    const look = await looks.lookAt(caller, FLOW_MEMORY);
    const leave = await lanes.enter(ports.signal);
    try {
      // Plots take as long to load as DuckDB.
      const { overviewPage } = await import('../app/report/overview.js');
      const page = await looks.withTables(look, ports.signal, (opened) =>
        overviewPage(
          {
            ...{ warehouse, labels: shownTo({ caller, labels }), opened },
            options: { ...options, connections, projects },
            made: inWords(ports.clock.wall()),
            worded: (message) => worded(message, warehouse.root),
          },
          ports,
        ),
      );
      const headers = { 'content-security-policy': `${POLICY}; frame-ancestors 'none'` };
      await reply.send(200, { type: OVERVIEW.type, headers, pieces: whole(page) }, ports.signal);
    } finally {
      leave();
    }
  },
};

/** The title names connections. */
function shownTo({ caller: { connections }, labels }: Pick<Request, 'caller'> & Pick<House, 'labels'>) {
  return new Map([...labels].filter(([name]) => connections === null || connections.includes(name)));
}
