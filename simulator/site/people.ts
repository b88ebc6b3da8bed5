import type { Directory, Person, SiteOptions } from '../model.js';
import { drawOf, hex, uuid } from './draw.js';

const GIVEN = [
  'Ana',
  'Björn',
  'Chloé',
  'Dmitri',
  'Eun-ji',
  'Fatima',
  'Gökçe',
  'Hanako',
  'Ibrahim',
  'José',
  'Katarzyna',
  'Lê',
  'Márta',
  'Ngozi',
  'Øyvind',
  'Priya',
  'Quentin',
  'Renée',
  'Siobhán',
  'Tomás',
  'Uğur',
  'Vít',
  'Wei',
  'Xóchitl',
  'Yael',
  'Zoë',
];
const FAMILY = [
  'Andersson',
  'Beç',
  'Çelik',
  'Dvořák',
  'Evans',
  'García-Núñez',
  'Hernández',
  'Ito',
  'Kowalczyk',
  'Lindström',
  'Müller',
  'Nguyễn',
  'O’Brien',
  'Petrov',
  'Rao',
  'Sørensen',
  'Tanaka',
  'Žižka',
];
/** Names that break code which assumes Latin letters, one word, or left to right. */
const UNUSUAL = [
  '山田 太郎',
  'محمد الأحمد',
  'Ольга Иванова',
  'דנה כהן',
  'ZÉ',
  '👩‍🚀 Ada',
  'Robert "Bobby" O\'Drop',
  'Nguyễn Thị Minh Khai',
];
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'Etc/UTC', 'America/St_Johns'];
const APPS = ['Automation for Jira', 'Slack', 'GitHub for Atlassian', 'Trello', 'Statuspage for Jira'];
const GROUP_NAMES = [
  'jira-administrators',
  'jira-software-users',
  'site-admins',
  'Développement',
  'QA & Test',
  '営業チーム',
  'contractors/external',
  'empty group',
];

/**
 * The accounts of the site in the order Jira lists them. The first one owns the credentials; about 1 in 12 is an app, 1 in 12 a
 * customer, 1 in 12 deactivated, 1 in 15 deleted, and a third hide their address.
 */
export function makePeople(options: SiteOptions): Person[] {
  return Array.from({ length: Math.max(1, options.users) }, (_, number) => makePerson(options.seed, number));
}

function makePerson(seed: number, number: number): Person {
  const draw = drawOf(seed, 'person', number);
  if (number === 0) {
    return {
      accountId: `712020:${uuid(draw)}`,
      accountType: 'atlassian',
      displayName: 'Ada Lovelace',
      emailAddress: 'ada@example.com',
      active: true,
      timeZone: 'Europe/Berlin',
    };
  }
  if (number % 12 === 5) {
    const name = APPS[Math.floor(number / 12) % APPS.length] ?? 'App';
    return { accountId: `557058:${uuid(draw)}`, accountType: 'app', displayName: name, active: true };
  }
  const displayName = personName(number);
  if (number % 12 === 9) {
    const emailAddress = `customer${number}@example.org`;
    return {
      accountId: `qm:${uuid(draw)}:${number}`,
      accountType: 'customer',
      displayName,
      emailAddress,
      active: true,
    };
  }
  const accountId = draw.chance(0.5) ? `5b${hex(draw, 22)}` : `712020:${uuid(draw)}`;
  if (number % 15 === 7) {
    return { accountId, accountType: 'atlassian', displayName: 'Former user', active: false };
  }
  return {
    accountId,
    accountType: 'atlassian',
    displayName,
    ...(draw.chance(0.67) ? { emailAddress: `user${number}@example.com` } : {}),
    active: number % 12 !== 11,
    timeZone: draw.pick(ZONES),
  };
}

function personName(number: number): string {
  if (number % 7 === 3) {
    return UNUSUAL[Math.floor(number / 7) % UNUSUAL.length] ?? 'N. N.';
  }
  const given = GIVEN[number % GIVEN.length] ?? 'N.';
  const family = FAMILY[(number * 5 + Math.floor(number / GIVEN.length)) % FAMILY.length] ?? 'N.';
  return `${given} ${family}`;
}

/** Groups of very different sizes: one of everybody, one empty (when there are eight), the rest small. Customers are in none. */
export function makeGroups(options: SiteOptions, people: readonly Person[]): Directory['groups'] {
  const members = people.filter((person) => person.accountType !== 'customer');
  return Array.from({ length: options.groups }, (_, number) => {
    const draw = drawOf(options.seed, 'group', number);
    const name = GROUP_NAMES[number] ?? `team-${number} · équipe ${number}`;
    const share = groupShare(number);
    return {
      groupId: uuid(draw),
      name,
      memberIds: members.filter(() => draw.chance(share)).map((person) => person.accountId),
    };
  });
}

/** The part of all accounts that is in a group. */
function groupShare(number: number): number {
  if (number % 8 === 7) {
    return 0;
  }
  return number === 1 ? 1 : 0.05 + (number % 5) * 0.04;
}

/** The account whose token is used against the simulator. */
export function tokenOwner(directory: Directory): Person {
  const [owner] = directory.people;
  if (owner === undefined) {
    throw new Error('the simulated site has no people; makeDirectory always makes at least one');
  }
  return owner;
}
