import { expect, test } from 'vitest';
import { streamSkeleton } from '../../scripts/stream-skeleton.js';
import { loadRegistry } from '../../src/runtime/streams/load.js';

test('a new stream file is valid before anything is filled in, so that the rest of the registry still loads', () => {
  const { files } = streamSkeleton('issue_links');
  const [stream, golden] = files;
  const registry = loadRegistry([{ file: stream?.file ?? '', text: stream?.text ?? '', untested: true }]);
  expect(registry.get('issue_links').primary_key).toEqual(['id']);
  expect(golden?.file).toBe('tests/golden/issue_links/first-page.json');
});

test('the golden case of a new stream cannot pass by itself', () => {
  const golden = JSON.parse(streamSkeleton('issue_links').files[1]?.text ?? '');
  expect(golden.page.values).toHaveLength(0);
  expect(golden.rows).toHaveLength(1);
});

test.each(['../x', 'Issue', 'a-b', '', 'x'.repeat(64)])('I10: %j becomes no file', (name) => {
  expect(() => streamSkeleton(name)).toThrow('is no stream name');
});
