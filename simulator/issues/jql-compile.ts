/** A JQL tree to a test on places of the issue table; every operator is a comparison of numbers. */

import { badRequest } from '../refusal.js';
import { NONE } from './issue-table.js';
import { fieldOf, type JqlContext, type JqlField } from './jql-fields.js';
import type { Clause, Condition } from './jql-parse.js';

export type IssueTest = (place: number) => boolean;

/** Throws a Refusal (400) for fields and values that do not exist. */
export function compileJql(condition: Condition, context: JqlContext): IssueTest {
  if (condition.kind === 'clause') return compileClause(condition, context);
  if (condition.kind === 'not') {
    const part = compileJql(condition.part, context);
    return (place) => !part(place);
  }
  const parts = condition.parts.map((part) => compileJql(part, context));
  return condition.kind === 'and'
    ? (place) => parts.every((part) => part(place))
    : (place) => parts.some((part) => part(place));
}

function compileClause(clause: Clause, context: JqlContext): IssueTest {
  const field = fieldOf(clause.field, context);
  if (clause.op === 'is' || clause.op === 'is not') return emptiness(clause, field);
  const wanted = clause.values.map((value) => field.read(value, clause.field));
  const compare = comparison(clause.op, wanted);
  return (place) => {
    const value = field.of(place);
    if (typeof value !== 'number')
      return clause.op === '!=' || clause.op === 'not in' ? value.every(compare) : value.some(compare);
    return value !== NONE && compare(value);
  };
}

function emptiness(clause: Clause, field: JqlField): IssueTest {
  const word = clause.values[0]?.text.toLowerCase();
  if (word !== 'empty' && word !== 'null') throw badRequest(`The operator '${clause.op}' only supports EMPTY or NULL.`);
  const isEmpty: IssueTest = (place) => {
    const value = field.of(place);
    return typeof value === 'number' ? value === NONE : value.length === 0;
  };
  return clause.op === 'is' ? isEmpty : (place) => !isEmpty(place);
}

function comparison(op: Clause['op'], wanted: readonly number[]): (value: number) => boolean {
  const [first = NONE] = wanted;
  const set = new Set(wanted);
  switch (op) {
    case '=':
      return (value) => value === first;
    case '!=':
      return (value) => value !== first;
    case '<':
      return (value) => value < first;
    case '<=':
      return (value) => value <= first;
    case '>':
      return (value) => value > first;
    case '>=':
      return (value) => value >= first;
    case 'in':
      return (value) => set.has(value);
    default:
      return (value) => !set.has(value);
  }
}
