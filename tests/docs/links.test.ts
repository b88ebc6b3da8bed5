/** Links between the pages: each leads to a file, and to a heading of it where it names one. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' });
const pages = listed
  .trim()
  .split('\n')
  .filter((page) => existsSync(join(root, page)));

/** What is no prose: blocks and code. */
const prose = (page: string) =>
  read(page)
    .replace(/^ *(`{3,})[\s\S]*?^ *\1$/gm, '')
    .replace(/`[^`\n]*`/g, 'code');

/** As GitHub makes them: small letters, hyphens for spaces, other signs left out, a number behind what was there before. */
function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = read(page)
    .replace(/^ *(`{3,})[\s\S]*?^ *\1$/gm, '')
    .matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) => {
      const anchor = heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-');
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    }),
  );
}

/** Why a link leads nowhere; undefined when it leads somewhere, or out of the project. */
function wrongWith(page: string, link: string): string | undefined {
  if (/^(https?:|mailto:)/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, target))) return `${page}: ${link}: no such file`;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return anchorsOf(target).has(anchor) ? undefined : `${page}: ${link}: no such heading`;
}

const linksOf = (page: string) =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g)].map(
    ([, one, other]) => one ?? other ?? '',
  );

test('a link leads to a file and a heading that are there', () => {
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.flatMap((page) => linksOf(page).flatMap((link) => wrongWith(page, link) ?? []))).toEqual([]);
});

test('a page that the front page does not name is found by nobody', () => {
  const named = linksOf('docs/README.md').map((link) => join('docs', link.split('#')[0] ?? ''));
  const all = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
  expect(all.filter((page) => !named.includes(page))).toEqual([]);
});
