/** Which field issues are estimated by, and how its values are put side by side. */
import { literal } from '../../core/quote.js';
import { fieldFollowed } from '../issue-fields.js';
import type { Row, Sources } from '../sources.js';
import { type FlowAsked, plain, textOf } from './asked.js';

export interface Estimation {
  /** For the head of a column. */
  readonly name: string;
  readonly about: string;
  /** On a row `h` of `field_history`; null: there is none. */
  readonly field: string | null;
  /** The original estimate, in hours. */
  readonly isTime: boolean;
}

const TIME = { name: 'hours', field: null, isTime: true } as const;
/** Columns of `issue`, by the names that Jira gives such fields. */
const USUAL = ['story_points', 'story_point_estimate'];

/** The field of the board; without one, that of the usual name. */
export async function estimationOf(sources: Sources, { board }: FlowAsked): Promise<Estimation> {
  if (board !== null && sources.has('board_configuration', 'estimation_field_id')) {
    const column = (name: string) => sources.column('k', 'board_configuration', name);
    const [row = {}] = await sources.rows(
      `SELECT ${column('estimation_type')} AS type, k.estimation_field_id AS field, ${column('estimation_field_name')} AS name FROM main.board_configuration k
       WHERE k._connection = ${literal(board.connection)} AND k.board_id = ${literal(board.id)}`,
    );
    if (textOf(row, 'type') !== 'issueCount' && row.field !== null && row.field !== undefined)
      return ofBoard(row, board.connection);
  }
  const fields: string[] = [];
  for (const column of USUAL) {
    const followed = await fieldFollowed(sources, { column });
    if (followed !== null) fields.push(followed);
  }
  return {
    ...{ name: 'estimate', about: 'the field called Story Points or Story point estimate' },
    ...{ field: fields.length === 0 ? null : fields.join(' OR '), isTime: false },
  };
}

function ofBoard(row: Row, connection: string): Estimation {
  const field = textOf(row, 'field');
  if (['timeestimate', 'timeoriginalestimate'].includes(field))
    return { ...TIME, about: 'the original estimate in hours, as the board estimates by time' };
  const name = textOf(row, 'name') || field;
  const condition = `h._connection = ${literal(connection)} AND h.field_id = ${literal(field)}`;
  return { name, about: `${name}, by which the board estimates`, field: condition, isTime: false };
}

/** Side by side on a page. */
const MOST_PLACES = 12;

/** Each value by itself, as it is written; of more values than a page has room for, those up to 1, 2, 4, 8 and so on. */
export function placesOf(values: readonly number[]) {
  const own = [...new Set(values)].sort((a, b) => a - b);
  const written = [...new Set(own.map(plain))];
  if (written.length <= MOST_PLACES)
    return written.map((place) => ({ place, holds: (one: number) => plain(one) === place }));
  const [most = 0] = own.slice(-1);
  const edges = Array.from({ length: Math.max(1, Math.ceil(Math.log2(most)) + 1) }, (_, nth) => 2 ** nth);
  return edges
    .map((edge, nth) => {
      const holds = (one: number) => one <= edge && (nth === 0 || one > edge / 2);
      return { place: `up to ${plain(edge)}`, holds };
    })
    .filter(({ holds }) => own.some(holds));
}
