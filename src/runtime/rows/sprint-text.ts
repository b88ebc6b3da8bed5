/**
 * A sprint as older Data Centers write it, the text of a Java object:
 * `com.atlassian.greenhopper.service.sprint.Sprint@1f39e18d[id=37,rapidViewId=1,state=CLOSED,name=a, b=c [x],startDate=…,goal=…]`.
 * Nothing in it is escaped, so a name or a goal may look like further members. Some versions sort the members by name, others do not.
 */

const FRAME = /^[A-Za-z_$][\w.$]*@[0-9a-f]+\[(.*)\]$/s;
const NONE = '<null>';
const DAY = '<null>|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)';
const NUMBER = '<null>|-?[0-9]+';
const FLAG = '<null>|true|false';

/** Members whose values have a form of their own. */
const STRICT: Readonly<Record<string, string>> = {
  id: NUMBER,
  rapidViewId: NUMBER,
  sequence: NUMBER,
  incompleteIssuesDestinationId: NUMBER,
  state: 'ACTIVE|CLOSED|FUTURE',
  startDate: DAY,
  endDate: DAY,
  completeDate: DAY,
  activatedDate: DAY,
  synced: FLAG,
  autoStartStop: FLAG,
};
const FREE = ['name', 'goal'];
const MEMBER = new RegExp(
  `,(?:${Object.entries(STRICT)
    .map(([key, form]) => `${key}=(?:${form})(?=,|$)`)
    .join('|')}|(?:${FREE.join('|')})=)`,
  'g',
);

/** One place in the text that reads like a member. */
interface Place {
  readonly key: string;
  readonly at: number;
  /** Where its value begins, and where it ends; a free text ends where the next member begins. */
  readonly from: number;
  readonly to: number | null;
}

/** The object that the site would send today; null for any other text. */
export function sprintOf(text: string): Readonly<Record<string, unknown>> | null {
  const inner = FRAME.exec(text)?.[1];
  if (inner === undefined) return null;
  const body = `,${inner}`;
  const members = membersOf(body);
  const values = new Map(
    members.map(({ key, from, to }, index) => [key, body.slice(from, to ?? members[index + 1]?.at ?? body.length)]),
  );
  if (!values.has('id') || !values.has('name')) return null;
  const sent = [...values].filter(([, value]) => value !== NONE);
  return Object.fromEntries(sent.map(([key, value]) => inTodaysWords(key, value)));
}

function inTodaysWords(key: string, value: string): readonly [string, unknown] {
  if (key === 'rapidViewId') return ['boardId', value];
  return [key, key === 'state' ? value.toLowerCase() : value];
}

/**
 * The places that are members. From the left all are, up to the first free text; from the right all are, back to the last one; the second
 * free text is between them, where the longest run of members leads up to it.
 */
function membersOf(body: string): readonly Place[] {
  const places = [...body.matchAll(MEMBER)].map(placeOf);
  const left: Place[] = [];
  let place = places[0];
  for (let end = 0; place?.at === end && place.to !== null; place = places[left.length]) {
    left.push(place);
    end = place.to;
  }
  const first = place;
  if (first === undefined || first.to !== null) return left;
  const known = new Set([...left.map(({ key }) => key), first.key]);
  const inside = places.slice(left.length + 1);
  const right = runBefore(inside, inside.length, body.length, known);
  const open = inside.slice(0, inside.length - right.length);
  const second = secondText(open, first.key, new Set([...known, ...right.map(({ key }) => key)]));
  return [...left, first, ...second, ...right];
}

function placeOf({ 0: found, index: at }: RegExpExecArray): Place {
  const key = found.slice(1, found.indexOf('='));
  const from = at + key.length + 2;
  return { key, at, from, to: Object.hasOwn(STRICT, key) ? at + found.length : null };
}

/** Of the first `count` places the members that lead up to `end` without a gap, none of them known already and none twice. */
function runBefore(places: readonly Place[], count: number, end: number, known: ReadonlySet<string>): readonly Place[] {
  const run: Place[] = [];
  const seen = new Set(known);
  for (let index = count - 1; index >= 0; index--) {
    const place = places[index];
    if (place?.to !== (run[0]?.at ?? end) || seen.has(place.key)) break;
    seen.add(place.key);
    run.unshift(place);
  }
  return run;
}

function secondText(places: readonly Place[], firstKey: string, known: ReadonlySet<string>): readonly Place[] {
  let best: readonly Place[] = [];
  for (const [index, place] of places.entries()) {
    if (place.to !== null || place.key === firstKey) continue;
    const members = [...runBefore(places, index, place.at, known), place];
    if (members.length >= best.length) best = members;
  }
  return best;
}
