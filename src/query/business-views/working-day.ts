/**
 * The day that work counts on: by the clock of its author, of the site, of UTC or of a zone. One rule for the view `worklog` and
 * for reports.
 */
import type { ConnectionTables } from './connection-tables.js';
import type { Dialect } from './dialect.js';
import { type ShownColumn, type Source, shown } from './shown-column.js';

/** A moment, and what is known of the clocks it may be read on; expressions. */
export interface Worked {
  readonly moment: string;
  /** The day that Jira sent with this moment, which is the site's; null: it sent none. */
  readonly sent: string | null;
  /** Names of zones; null where they are not known. */
  readonly author: string;
  readonly site: string;
}

export interface Clock {
  /** A zone that is always known. */
  readonly zone: string;
  /** Whether the zone is another than the one asked for. */
  readonly fellBack: string;
  readonly day: string;
}

/** @param choice `author`, `site`, `utc`, or the name of a zone */
export function clockOf(dialect: Dialect, choice: string, { moment, sent, author, site }: Worked): Clock {
  const local = (zone: string) => dialect.localDate(moment, zone);
  const home = `coalesce(${site}, 'UTC')`;
  const siteDay = sent === null ? local(home) : `coalesce(${sent}, ${local(home)})`;
  if (choice === 'site') return { zone: home, fellBack: `${site} IS NULL`, day: siteDay };
  if (choice === 'author')
    return {
      zone: `coalesce(${author}, ${home})`,
      fellBack: `${author} IS NULL`,
      day: `CASE WHEN ${author} IS NULL THEN ${siteDay} ELSE ${local(author)} END`,
    };
  const zone = choice === 'utc' ? "'UTC'" : dialect.text(choice);
  return { zone, fellBack: 'false', day: local(zone) };
}

/** `day` on the author's clock, and the zones it is made with, of worklogs `w`. */
export function workingDay(tables: ConnectionTables, worklog: Source): { columns: ShownColumn[]; joins: string } {
  const { dialect } = tables;
  const person = tables.source('users_search', 'z');
  const isKnown = person.has('account_id') && person.has('time_zone') && worklog.has('author_id');
  const site = siteZone(tables);
  const author = isKnown ? 'zone.name' : NO_TEXT;
  const { day } = clockOf(dialect, 'author', {
    moment: worklog.sql('started', 'TIMESTAMP WITH TIME ZONE'),
    sent: worklog.sql('started_date', 'DATE'),
    ...{ author, site: site === null ? NO_TEXT : 'home.zone' },
  });
  const authors = ` LEFT JOIN (SELECT ${person.sql('account_id')} AS id, max(known.name) AS name FROM ${isKnown ? person.rows('all') : ''} JOIN ${dialect.zones} known ON known.name = ${person.sql('time_zone')} GROUP BY ${person.sql('account_id')}) zone ON zone.id = ${worklog.sql('author_id')}`;
  return {
    columns: [
      shown('day', 'DATE', day),
      shown('author_time_zone', 'VARCHAR', author),
      shown('site_time_zone', 'VARCHAR', site === null ? NO_TEXT : 'home.zone'),
    ],
    joins: (isKnown ? authors : '') + (site === null ? '' : ` CROSS JOIN ${site} home`),
  };
}

const NO_TEXT = 'CAST(NULL AS VARCHAR)';

/** In brackets, one row: `zone` of the account that reads, which worklogs are sent in, else of the server. */
function siteZone(tables: ConnectionTables): string | null {
  const known = [
    ['myself', 'time_zone'],
    ['server_info', 'server_time_zone'],
  ].flatMap(([table = '', column = ''], rank) => {
    const source = tables.source(table, 'h');
    return source.has(column)
      ? [`SELECT ${source.sql(column)} AS zone, ${rank} AS rank FROM ${source.rows('live')}`]
      : [];
  });
  if (known.length === 0) return null;
  return `(SELECT min_by(h.zone, h.rank) AS zone FROM (${known.join(' UNION ALL ')}) h JOIN ${tables.dialect.zones} known ON known.name = h.zone)`;
}
