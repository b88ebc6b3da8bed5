import type { Directory, Project } from '../model.js';

type Vocabulary = Pick<Directory, 'statuses' | 'issueTypes' | 'priorities' | 'resolutions' | 'linkTypes'>;

const STATUSES: Directory['statuses'] = [
  {
    id: '1',
    name: 'Open',
    category: 'new',
    description: 'The issue is open and ready for the assignee to start work on it.',
  },
  { id: '3', name: 'In Progress', category: 'indeterminate', description: 'This issue is being actively worked on.' },
  { id: '4', name: 'Reopened', category: 'new', description: 'The resolution was deemed incorrect.' },
  { id: '5', name: 'Resolved', category: 'done', description: 'A resolution has been taken.' },
  { id: '6', name: 'Closed', category: 'done', description: '' },
  { id: '10000', name: 'To Do', category: 'new', description: '' },
  { id: '10001', name: 'Done', category: 'done', description: '' },
  { id: '10002', name: 'Selected for Development', category: 'new', description: '' },
  { id: '10003', name: 'In Review 👀', category: 'indeterminate', description: 'Waits for a second pair of eyes.' },
  {
    id: '10004',
    name: 'Wartet auf Kunde',
    category: 'indeterminate',
    description: 'Nothing to do until the customer answers.',
  },
];

const ISSUE_TYPES: Directory['issueTypes'] = [
  {
    id: '10000',
    name: 'Epic',
    subtask: false,
    hierarchyLevel: 1,
    description: 'A big user story that needs to be broken down.',
  },
  { id: '10001', name: 'Story', subtask: false, hierarchyLevel: 0, description: 'A user story.' },
  { id: '10002', name: 'Task', subtask: false, hierarchyLevel: 0, description: 'A small, distinct piece of work.' },
  { id: '10003', name: 'Sub-task', subtask: true, hierarchyLevel: -1, description: 'A part of another issue.' },
  { id: '10004', name: 'Bug', subtask: false, hierarchyLevel: 0, description: 'A problem or error.' },
  { id: '10005', name: 'Amélioration', subtask: false, hierarchyLevel: 0, description: '' },
];

const PRIORITIES: Directory['priorities'] = [
  {
    id: '1',
    name: 'Highest',
    statusColor: '#d04437',
    description: 'This problem will block progress.',
    isDefault: false,
  },
  {
    id: '2',
    name: 'High',
    statusColor: '#f15C75',
    description: 'Serious problem that could block progress.',
    isDefault: false,
  },
  {
    id: '3',
    name: 'Medium',
    statusColor: '#f79232',
    description: 'Has the potential to affect progress.',
    isDefault: true,
  },
  {
    id: '4',
    name: 'Low',
    statusColor: '#707070',
    description: 'Minor problem or easily worked around.',
    isDefault: false,
  },
  { id: '5', name: 'Lowest', statusColor: '#999999', description: 'Trivial problem.', isDefault: false },
  { id: '10000', name: 'Notfall 🔥', statusColor: '#ff0000', description: '', isDefault: false },
];

const RESOLUTIONS: Directory['resolutions'] = [
  { id: '10000', name: 'Done', description: 'Work has been completed on this issue.', isDefault: true },
  { id: '10001', name: "Won't Do", description: "This issue won't be actioned.", isDefault: false },
  { id: '10002', name: 'Duplicate', description: 'The problem is a duplicate of an existing issue.', isDefault: false },
  { id: '10003', name: 'Nicht reproduzierbar', description: '', isDefault: false },
];

const LINK_TYPES: Directory['linkTypes'] = [
  { id: '10000', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
  { id: '10001', name: 'Cloners', inward: 'is cloned by', outward: 'clones' },
  { id: '10002', name: 'Duplicate', inward: 'is duplicated by', outward: 'duplicates' },
  { id: '10003', name: 'Relates', inward: 'relates to', outward: 'relates to' },
  { id: '10004', name: 'Verursacht', inward: 'wird verursacht durch', outward: 'verursacht' },
];

/** The site's lists of values. Each team-managed project adds statuses and issue types of its own, under names that exist already. */
export function makeVocabulary(projects: readonly Project[]): Vocabulary {
  const teamManaged = projects.filter((project) => project.style === 'next-gen');
  return {
    statuses: [...STATUSES, ...teamManaged.flatMap(ownStatuses)],
    issueTypes: [...ISSUE_TYPES, ...teamManaged.flatMap(ownIssueTypes)],
    priorities: PRIORITIES,
    resolutions: RESOLUTIONS,
    linkTypes: LINK_TYPES,
  };
}

function ownStatuses(project: Project, place: number): Directory['statuses'] {
  const first = 10_100 + place * 3;
  return [
    { id: String(first), name: 'To Do', category: 'new', description: '', projectId: project.id },
    { id: String(first + 1), name: 'In Progress', category: 'indeterminate', description: '', projectId: project.id },
    { id: String(first + 2), name: 'Done', category: 'done', description: '', projectId: project.id },
  ];
}

function ownIssueTypes(project: Project, place: number): Directory['issueTypes'] {
  const first = 10_100 + place * 3;
  const about = `Only in ${project.name}.`;
  return [
    { id: String(first), name: 'Epic', subtask: false, hierarchyLevel: 1, description: about, projectId: project.id },
    {
      id: String(first + 1),
      name: 'Task',
      subtask: false,
      hierarchyLevel: 0,
      description: about,
      projectId: project.id,
    },
    {
      id: String(first + 2),
      name: 'Subtask',
      subtask: true,
      hierarchyLevel: -1,
      description: about,
      projectId: project.id,
    },
  ];
}
