/** Changes to the site, drawn from the seed: what its users and administrators do between and during runs. */
import { LABELS } from '../../simulator/issues/words.js';
import type { Draw } from '../../simulator/random.js';
import { PROPERTY_KEYS } from '../helpers/jira-and-warehouse.js';
import { places } from '../helpers/stream-truths/issue-truths.js';
import type { World } from './world.js';

const MINUTE = 60_000;

/** A name and what it does; `draw` chooses among what there is at that moment. */
interface Action {
  readonly weight: number;
  readonly act: (world: World, draw: Draw) => void;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  update: { weight: 6, act: ({ jira }, draw) => jira.edit.updateIssue(anyIssue(draw, jira), changesOf(jira, draw)) },
  comment: { weight: 6, act: ({ jira }, draw) => void jira.edit.addComment(anyIssue(draw, jira), text(draw)) },
  editComment: {
    weight: 2,
    act: (world, draw) => {
      const comment = anyChild(world, draw, 'comments');
      if (comment !== null) world.jira.edit.editComment(comment, text(draw), { touch: touches(world, draw) });
    },
  },
  dropComment: {
    weight: 2,
    act: (world, draw) => {
      const comment = anyChild(world, draw, 'comments');
      if (comment !== null) world.jira.edit.deleteComment(comment, { touch: touches(world, draw) });
    },
  },
  worklog: {
    weight: 4,
    act: ({ jira }, draw) => void jira.edit.addWorklog(anyIssue(draw, jira), { seconds: draw.int(1, 90) * 60 }),
  },
  editWorklog: {
    weight: 2,
    act: (world, draw) => {
      const worklog = anyChild(world, draw, 'worklogs');
      if (worklog !== null) world.jira.edit.editWorklog(worklog, { seconds: draw.int(1, 90) * 60 });
    },
  },
  dropWorklog: {
    weight: 2,
    act: (world, draw) => {
      const worklog = anyChild(world, draw, 'worklogs');
      if (worklog !== null) world.jira.edit.deleteWorklog(worklog);
    },
  },
  create: {
    weight: 3,
    act: ({ jira }, draw) => {
      const id = jira.edit.createIssue(anyProject(jira, draw), { summary: text(draw) });
      if (draw.chance(0.5)) jira.edit.addComment(id, text(draw));
      if (draw.chance(0.5)) jira.edit.addWorklog(id, { seconds: 600 });
    },
  },
  move: { weight: 2, act: ({ jira }, draw) => jira.edit.moveIssue(anyIssue(draw, jira), anyProject(jira, draw)) },
  delete: { weight: 2, act: ({ jira }, draw) => jira.edit.deleteIssue(anyIssue(draw, jira)) },
  hide: {
    weight: 2,
    act: ({ jira }, draw) => {
      const id = anyIssue(draw, jira);
      jira.edit.hideIssue(id);
      hidden(jira).push(id);
    },
  },
  show: {
    weight: 2,
    act: ({ jira }) => {
      const id = hidden(jira).shift();
      if (id !== undefined) jira.edit.showIssue(id);
    },
  },
  renameProject: {
    weight: 0.4,
    act: ({ jira }, draw) => jira.edit.renameProject(anyProject(jira, draw), `R${draw.int(100, 99_999)}`),
  },
  archiveProject: {
    weight: 0.3,
    act: ({ jira }, draw) => {
      const live = projects(jira, 'live');
      if (live.length > 2) jira.edit.directory[draw.chance(0.5) ? 'archiveProject' : 'deleteProject'](draw.pick(live));
    },
  },
  restoreProject: {
    weight: 0.5,
    act: ({ jira }, draw) => {
      const ended = [...projects(jira, 'archived'), ...projects(jira, 'deleted')];
      if (ended.length > 0) jira.edit.directory.restoreProject(draw.pick(ended));
    },
  },
  version: {
    weight: 1,
    act: ({ jira }, draw) => void jira.edit.directory.addVersion(anyProject(jira, draw), text(draw)),
  },
  component: {
    weight: 1,
    act: ({ jira }, draw) => void jira.edit.directory.addComponent(anyProject(jira, draw), text(draw)),
  },
  board: {
    weight: 0.5,
    act: ({ jira }, draw) => void jira.edit.directory.addBoard(anyProject(jira, draw), text(draw)),
  },
  renameBoard: {
    weight: 0.5,
    act: ({ jira }, draw) => {
      const { boards } = jira.site.directory;
      if (boards.length > 0) jira.edit.directory.renameBoard(draw.pick(boards).id, text(draw));
    },
  },
  removeBoard: {
    weight: 0.3,
    act: ({ jira }, draw) => {
      const { boards } = jira.site.directory;
      if (boards.length > 1) jira.edit.directory.removeBoard(draw.pick(boards).id);
    },
  },
  sprint: {
    weight: 1,
    act: ({ jira }, draw) => {
      const open = jira.site.directory.sprints.filter(({ state }) => state !== 'closed');
      if (open.length === 0) return;
      if (draw.chance(0.5)) jira.edit.directory.closeSprint(draw.pick(open).id);
      else jira.edit.directory.renameSprint(draw.pick(open).id, text(draw));
    },
  },
  person: {
    weight: 0.5,
    act: ({ jira }, draw) => {
      const others = jira.site.directory.people.slice(1).filter(({ active }) => active);
      if (others.length > 0) jira.edit.directory.deactivate(draw.pick(others).accountId);
    },
  },
  watch: { weight: 2, act: (world, draw) => follow(world, draw, 'watch', 'watchersOf') },
  vote: { weight: 1, act: (world, draw) => follow(world, draw, 'vote', 'votersOf') },
  property: {
    weight: 2,
    act: (world, draw) => {
      const issue = anyIssue(draw, world.jira);
      const value = draw.pick([undefined, { n: draw.int(1, 1000) }, draw.int(1, 1000), text(draw)]);
      world.jira.edit.extras.setProperty(issue, draw.pick(PROPERTY_KEYS), value);
      touch(world, draw, issue);
    },
  },
  remoteLink: {
    weight: 2,
    act: (world, draw) => {
      // An import leaves no history.
      const history = touches(world, draw);
      world.jira.edit.extras.addRemoteLink(anyIssue(draw, world.jira), { title: text(draw) }, { history });
    },
  },
  dropRemoteLink: {
    weight: 2,
    act: ({ jira }, draw) => {
      const linked = places(jira).filter((place) => jira.site.extras.linksOf(place).length > 0);
      if (linked.length === 0) return;
      const place = draw.pick(linked);
      jira.edit.extras.removeRemoteLink(jira.site.idOf(place), String(draw.pick(jira.site.extras.linksOf(place)).id));
    },
  },
  wait: { weight: 3, act: ({ jira }, draw) => jira.edit.advance(draw.int(1, 300) * MINUTE) },
};

const TOTAL = Object.values(ACTIONS).reduce((sum, { weight }) => sum + weight, 0);

function drawn(draw: Draw): string {
  let left = draw.next() * TOTAL;
  for (const [name, { weight }] of Object.entries(ACTIONS)) {
    left -= weight;
    if (left < 0) return name;
  }
  return 'wait';
}

/** One change; its name, for the record. */
export function change(world: World, draw: Draw): string {
  const name = drawn(draw);
  world.jira.edit.advance(1);
  ACTIONS[name]?.act(world, draw);
  return name;
}

type Jira = World['jira'];

const hiddenIssues = new WeakMap<Jira, string[]>();

/** Issues that a security level hides at present, the longest hidden first. */
function hidden(jira: Jira): string[] {
  const known = hiddenIssues.get(jira) ?? [];
  hiddenIssues.set(jira, known);
  return known;
}

const text = (draw: Draw): string => `Soak ${draw.int(1, 1_000_000)}`;
const touches = ({ untouched }: World, draw: Draw): boolean => !untouched || draw.chance(0.5);

export const anyIssue = (draw: Draw, jira: Jira): string => jira.site.idOf(draw.pick(places(jira)));

/** Moves the issue where nothing but that tells of what changed on it. */
function touch(world: World, draw: Draw, issue: string): void {
  if (touches(world, draw)) world.jira.edit.updateIssue(issue, { summary: text(draw) });
}

/** Somebody begins to watch an issue, or to want it, or ceases to. */
function follow(world: World, draw: Draw, act: 'watch' | 'vote', known: 'watchersOf' | 'votersOf'): void {
  const { site, edit } = world.jira;
  const place = draw.pick(places(world.jira));
  const { people } = site.directory;
  const followers = site.extras[known](place);
  const ceases = followers.length > 0 && draw.chance(0.5);
  const person = people[ceases ? draw.pick(followers) : draw.int(0, people.length - 1)]?.accountId ?? '';
  edit.extras[act](site.idOf(place), person, !ceases);
  touch(world, draw, site.idOf(place));
}

function anyChild({ jira }: World, draw: Draw, kind: 'comments' | 'worklogs'): string | null {
  for (let tries = 0; tries < 20; tries += 1) {
    const children = jira.site[kind].of(jira.site.find(anyIssue(draw, jira)) ?? 0);
    if (children.length > 0) return String(draw.pick<{ id: number }>(children).id);
  }
  return null;
}

function projects({ site }: Jira, state: 'live' | 'archived' | 'deleted'): string[] {
  return site.directory.projects.filter((project) => project.state === state).map(({ key }) => key);
}

const anyProject = (jira: Jira, draw: Draw): string => draw.pick(projects(jira, 'live'));

function changesOf({ site }: Jira, draw: Draw): Record<string, unknown> {
  const { statuses, priorities, people, sprints } = site.directory;
  const all: Record<string, unknown> = {
    summary: text(draw),
    status: draw.pick(statuses).id,
    priority: draw.pick(priorities).id,
    assignee: draw.chance(0.2) ? null : draw.pick(people).accountId,
    ...(sprints.length > 0 ? { sprint: draw.pick(sprints).id } : {}),
    labels: [...draw.some(LABELS, 0, 2), ...(draw.chance(0.5) ? [`soak-${draw.int(1, 40)}`] : [])],
    customfield_10016: draw.int(1, 20),
  };
  return Object.fromEntries(draw.some(Object.entries(all), 1, 2));
}
