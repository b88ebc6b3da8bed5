import { expect, test } from 'vitest';
import { loadManifest } from '../../../src/app/settings/manifest.js';
import { readStreamFiles } from '../../../src/app/settings/package-files.js';
import { previewFile } from '../../../src/runtime/rows/preview.js';
import { loadRegistry } from '../../../src/runtime/streams/load.js';

const registry = loadRegistry(readStreamFiles());
const links = new Set(loadManifest().links);

const preview = (stream: string, file: string | Uint8Array) =>
  previewFile(registry, stream, typeof file === 'string' ? new TextEncoder().encode(file) : file, { links });

const issue = (id: number, fields: object = {}) => ({
  id: String(id),
  key: `ENG-${id}`,
  fields: { updated: '2024-11-29T10:44:51.887-0800', ...fields },
});
const json = (value: unknown) => JSON.stringify(value);
const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

test('an issue without its cursor is rejected, not taken for one of the list of keys', () => {
  const { rows, rejects, route } = preview('issue_search', json({ issues: [issue(1), issue(2, { updated: null })] }));
  expect(rows).toHaveLength(1);
  expect(rejects.map(({ reason }) => reason)).toEqual(['`updated` is missing']);
  expect(route).toBe('search');
});

test('a cursor that is no time is rejected with the reason, not written as null', () => {
  const { rows, rejects } = preview('issue_search', json([issue(1, { updated: '2024-02-30T10:00:00.000+0000' })]));
  expect(rows).toEqual([]);
  expect(rejects[0]?.reason).toContain('`updated` does not fit');
});

test('broken UTF-8 in JSON lines is refused, not shown as a replacement character', () => {
  const [before, after] = `${json(issue(1))}\n${json(issue(2, { summary: '#' }))}`.split('#');
  const encoder = new TextEncoder();
  const bytes = new Uint8Array([...encoder.encode(before), 0xff, ...encoder.encode(after)]);
  expect(() => preview('issue_search', bytes)).toThrow('not valid UTF-8');
});

test('a record nested too deeply is shaped like the others, what is too deep as text', () => {
  const deep = json(issue(2)).replace('"fields"', `"deep":${nested(5000)},"fields"`);
  for (const file of [`[${json(issue(1))},${deep}]`, `${json(issue(1))}\n${deep}\n`]) {
    const { rows, rejects } = preview('issue_search', file);
    expect(rejects).toEqual([]);
    expect(rows.map((row) => String(row._extra).includes('nested_too_deep'))).toEqual([false, true]);
  }
});

test('one odd record does not make the whole file foreign', () => {
  const { rows } = preview(
    'issue_link_types',
    json([
      { id: '1', name: 'Blocks' },
      { id: '2', shade: 'blue' },
    ]),
  );
  expect(rows.map((row) => row.id)).toEqual(['1', '2']);
});

test('records of another stream are refused', () => {
  expect(() => preview('issue_link_types', json([{ id: '2', shade: 'blue' }]))).toThrow('Nothing in the file');
});

test('a list without records is an answer without rows, not an unknown file', () => {
  expect(preview('issue_search', '[]').rows).toEqual([]);
});

test('a file with a byte order mark, CRLF lines and empty lines is read like any other', () => {
  const { rows } = preview('issue_search', `\uFEFF${json(issue(1))}\r\n\r\n${json(issue(2))}\r\n`);
  expect(rows.map((row) => row.id)).toEqual(['1', '2']);
});

test.each([
  ['an empty file', '', 'the body is empty'],
  ['half a document', '{"issues":[', 'not whole JSON'],
  ['lines of which one is cut', `${json(issue(1))}\n{"id":`, 'line 2'],
  ['nesting without end', '['.repeat(5000), 'not whole JSON'],
])('%s is refused with the reason', (_what, text, reason) => {
  expect(() => preview('issue_search', text)).toThrow(reason);
});
