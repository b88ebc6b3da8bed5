/** A search whose issues are to be changed: all of them, or none. */
import { expect, test } from 'vitest';
import { Site } from '../../../src/actions/site/site.js';
import { rowsOfJql } from '../../../src/app/write/read-rows.js';
import { fakeClient } from '../../helpers/fake-client.js';

type Body = { readonly startAt?: number; readonly nextPageToken?: string };

const rowsOf = (dialect: 'cloud' | 'datacenter', most: number, answer: (body: Body) => unknown) =>
  rowsOfJql(
    new Site(fakeClient(({ body }) => answer(body as Body)).client, dialect, { accountId: 'me', timeZone: null }),
    'project = ENG',
    most,
  );
const issues = (count: number, from = 0) => Array.from({ length: count }, (_, at) => ({ key: `ENG-${from + at + 1}` }));

test('a search that the site breaks off is an error with what came, not a smaller set', async () => {
  const cloud = rowsOf('cloud', 500, () => ({ issues: issues(3), isLast: false }));
  await expect(cloud).rejects.toThrow('the site has given 3 issues and not the rest; nothing was sent');
  const server = rowsOf('datacenter', 500, ({ startAt }) => ({ issues: startAt === 0 ? issues(4) : [], total: 9 }));
  await expect(server).rejects.toThrow('the site has given 4 issues and not the rest');
  const endless = rowsOf('cloud', 500, () => ({ issues: issues(1), nextPageToken: 'the same' }));
  await expect(endless).rejects.toThrow('the site has given 2 issues and not the rest');
});

test('more issues than may be written at once are refused in true numbers', async () => {
  const pages = ({ nextPageToken }: Body) => ({
    issues: issues(100, Number(nextPageToken ?? 0)),
    nextPageToken: String(Number(nextPageToken ?? 0) + 100),
  });
  await expect(rowsOf('cloud', 250, pages)).rejects.toThrow('finds more than 250 issues, and `write.max_rows` is 250');
});

test('a search of just as many issues as may be written is whole', async () => {
  const rows = await rowsOf('cloud', 2, ({ nextPageToken }) =>
    nextPageToken === undefined ? { issues: issues(1), nextPageToken: 'x' } : { issues: issues(1, 1) },
  );
  expect(rows.map(({ cells }) => cells.issue)).toEqual(['ENG-1', 'ENG-2']);
});
