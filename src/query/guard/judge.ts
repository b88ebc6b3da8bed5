/**
 * Judges a statement by the tree that DuckDB's own parser made of it. Whatever the tree holds that is not known here is refused:
 * kinds of nodes as well as functions, wherever in the statement they stand.
 */
import { type Role, whyRefused } from './functions.js';

/** Expressions. */
const CLASSES = new Set(
  (
    'BETWEEN CASE CAST COLLATE COLUMN_REF COMPARISON CONJUNCTION CONSTANT DEFAULT FUNCTION LAMBDA LAMBDA_REF OPERATOR ' +
    'PARAMETER POSITIONAL_REFERENCE STAR SUBQUERY TYPE WINDOW'
  ).split(' '),
);

/** Queries, what stands in a FROM, what comes after it, and orders. */
const KINDS = new Set(
  (
    'SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE CTE_NODE BASE_TABLE SUBQUERY JOIN TABLE_FUNCTION EXPRESSION_LIST EMPTY ' +
    'SHOW_REF PIVOT LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER ORDER_MODIFIER DISTINCT_MODIFIER ORDER_DEFAULT ASCENDING DESCENDING'
  ).split(' '),
);

type Node = Readonly<Record<string, unknown>>;

/** What is wrong with a tree, in words; null when it only reads. The depth of the tree does not matter. */
export function whatIsWrong(tree: unknown): string | null {
  const ahead: unknown[] = [tree];
  const inFrom = new Set<unknown>();
  while (ahead.length > 0) {
    const one = ahead.pop();
    if (typeof one !== 'object' || one === null) continue;
    // Spread into one call, the rows of a long VALUES would not fit on the stack.
    for (const child of Object.values(one)) ahead.push(child);
    if (Array.isArray(one)) continue;
    const node = one as Node;
    if (node.type === 'TABLE_FUNCTION') inFrom.add(node.function);
    const wrong = wrongKind(node) ?? wrongName(node) ?? wrongCall(node, inFrom.has(node) ? 'rows' : 'value');
    if (wrong !== null) return wrong;
  }
  return null;
}

function wrongKind({ class: kind, type }: Node): string | null {
  if (kind !== undefined) return CLASSES.has(String(kind)) ? null : unknown(kind);
  // Types of columns are objects, or have their own word for how they are described.
  if (typeof type !== 'string' || KINDS.has(type) || type.endsWith('_TYPE_INFO')) return null;
  return unknown(type);
}

const unknown = (kind: unknown): string => `${String(kind)} is not known to only read`;

/** DuckDB takes a name that no table has for a path. */
function wrongName({ table_name, schema_name, catalog_name }: Node): string | null {
  const path = [table_name, schema_name, catalog_name].find((name) => typeof name === 'string' && /[/\\]/.test(name));
  return path === undefined ? null : `${String(path)} is a path, and the tables are all there is to read`;
}

function wrongCall({ function_name: name }: Node, role: Role): string | null {
  if (name === undefined) return null;
  const reason = whyRefused(String(name), role);
  return reason === null ? null : `${String(name)}() ${reason}`;
}
