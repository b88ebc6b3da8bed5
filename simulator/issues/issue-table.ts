/**
 * What is kept per issue: about 80 bytes in typed arrays, indexed by the issue's place (id = 10000 + place). Everything else of an issue is made
 * again from the seed when somebody asks.
 */

export const FIRST_ISSUE_ID = 10_000;
/** "None" in a column of places. */
export const NONE = -1;

export interface IssueTable {
  size: number;
  /** Epoch ms. */
  created: Float64Array;
  updated: Float64Array;
  /** `updated` as first made: the children that were made from the seed lie between `created` and here. */
  madeUntil: Float64Array;
  /** Places in the directory's lists. */
  project: Int32Array;
  type: Int32Array;
  status: Int32Array;
  priority: Int32Array;
  /** Place in `directory.people` or NONE. */
  assignee: Int32Array;
  /** Place in `directory.sprints` or NONE. */
  sprint: Int32Array;
  /** The number in the key, counted per project. */
  number: Int32Array;
  /** Place of the parent issue or NONE. */
  parent: Int32Array;
  /** Sub-tasks as a linked list of places. */
  firstChild: Int32Array;
  nextSibling: Int32Array;
  /** 1 while Jira shows the issue; 0 once deleted or archived. */
  visible: Uint8Array;
  /** Running totals: the children made from the seed for issue i have the numbers from [i] up to [i + 1]. */
  commentsBefore: Int32Array;
  worklogsBefore: Int32Array;
  historiesBefore: Int32Array;
  /** Highest key number per project. */
  readonly lastNumber: number[];
}

/** Room for so many issues, none made yet. */
export function emptyTable(rows: number, projects: number): IssueTable {
  const ints = (): Int32Array => new Int32Array(rows);
  return {
    size: 0,
    created: new Float64Array(rows),
    updated: new Float64Array(rows),
    madeUntil: new Float64Array(rows),
    project: ints(),
    type: ints(),
    status: ints(),
    priority: ints(),
    assignee: ints(),
    sprint: ints(),
    number: ints(),
    parent: ints(),
    firstChild: ints().fill(NONE),
    nextSibling: ints().fill(NONE),
    visible: new Uint8Array(rows),
    commentsBefore: new Int32Array(rows + 1),
    worklogsBefore: new Int32Array(rows + 1),
    historiesBefore: new Int32Array(rows + 1),
    lastNumber: new Array<number>(projects).fill(0),
  };
}

const COLUMNS = [
  ...(['created', 'updated', 'madeUntil'] as const),
  ...(['project', 'type', 'status', 'priority', 'assignee', 'sprint', 'number', 'parent'] as const),
  ...(['firstChild', 'nextSibling', 'visible', 'commentsBefore', 'worklogsBefore', 'historiesBefore'] as const),
];

/** Makes room for one more issue and returns its place; its running totals say that it has no children from the seed. */
export function appendRow(table: IssueTable): number {
  const place = table.size;
  if (place + 1 >= table.created.length) {
    const rows = Math.max(64, Math.ceil(place * 1.25));
    for (const name of COLUMNS) Object.assign(table, { [name]: grown(table[name], rows) });
  }
  table.size = place + 1;
  for (const totals of [table.commentsBefore, table.worklogsBefore, table.historiesBefore]) {
    totals[place + 1] = totals[place] ?? 0;
  }
  return place;
}

function grown<T extends Float64Array | Int32Array | Uint8Array>(column: T, rows: number): T {
  const larger = new (column.constructor as new (length: number) => T)(rows);
  larger.set(column);
  return larger;
}

export function addChild(table: IssueTable, parent: number, child: number): void {
  table.nextSibling[child] = table.firstChild[parent] ?? NONE;
  table.firstChild[parent] = child;
}

/** Places of the sub-tasks of an issue, oldest first. */
export function childrenOf(table: IssueTable, parent: number): number[] {
  const children: number[] = [];
  for (let child = table.firstChild[parent] ?? NONE; child !== NONE; child = table.nextSibling[child] ?? NONE)
    children.push(child);
  return children.reverse();
}
