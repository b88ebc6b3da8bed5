/**
 * Every example of the pages is run: commands, SQL and Python against a simulated site and its warehouse, settings by the connector's own
 * reader. One that cannot be says why in a comment before it; of that its language's parser judges, and the list is printed at the end.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { splitStatements } from '../../../src/query/guard/split.js';
import { type OpenWarehouse, openForReading } from '../../../src/query/open.js';
import { lacksPyiceberg } from '../../helpers/pyiceberg.js';
import { type Block, blocksIn, blocksOf, pages, root } from './blocks.js';
import { readSettings } from './settings-example.js';
import { commandsOf, onlyReads } from './shell.js';
import { openStage, type Stage } from './stage.js';
import { PARSERS } from './syntax.js';

/** Nothing to run: what a program prints, and what is put into a file. */
const SHOWN = ['text', 'json', 'diff'];
/** These tests take all blocks of a page, each in its own way. */
const RUN_BY_PAGE: Readonly<Record<string, string>> = {
  'docs/adding-a-stream.md': 'tests/e2e/adding-a-stream.test.ts',
  'docs/stream-file.md': 'tests/docs/stream-file.test.ts',
};

const blocks = pages()
  .flatMap(blocksOf)
  .filter(({ language }) => !SHOWN.includes(language));
const nameOf = ({ page, line, language }: Block) => `${page}:${line} (${language})`;
const runBy = ({ page, mark }: Block) => RUN_BY_PAGE[page] ?? (mark?.word === 'run by' ? mark.text : undefined);
const elsewhere = blocks.filter((block) => runBy(block) !== undefined);
const notRun = blocks.filter((block) => !elsewhere.includes(block) && block.mark !== undefined);
const here = blocks.filter((block) => !elsewhere.includes(block) && block.mark === undefined);
/** Commands that only read stand in nobody's way: some of these at once, when the others have made the tables. */
const reading = here.filter(
  ({ page, language, text }) => page !== 'README.md' && onlyReads(commandsOf(language, text)),
);

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(async () => {
  await stage?.close();
  const listed = [
    'Examples that are not run, and why:',
    ...notRun.map((block) => `  ${nameOf(block)}: ${block.mark?.text}`),
    'Examples that another test runs:',
    ...elsewhere.map((block) => `  ${nameOf(block)}: ${runBy(block)}`),
    'What stands in for what the pages name:',
    ...[...(stage?.standIns ?? [])].map(([named, standIn]) => `  ${named}: ${standIn}`),
  ];
  console.log(listed.join('\n'));
});

/** How an example of each language is run. */
const RUNNERS: Readonly<Record<string, (block: Block) => Promise<void>>> = {
  sh: runCommands,
  console: runCommands,
  cron: runCommands,
  async sql({ text }) {
    const warehouse: OpenWarehouse = await openForReading({ root: join(stage.folder, 'warehouse') });
    try {
      for (const statement of splitStatements(text)) expect(columnsOf(await warehouse.read(statement))).not.toBe(0);
    } finally {
      warehouse.close();
    }
  },
  async python({ text }) {
    const python = join(root, '.venv/bin/python');
    const { status, stderr } = spawnSync(python, ['-'], { input: text, cwd: stage.folder, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  },
  async yaml({ text }) {
    readSettings(text, stage.folder);
  },
};

const columnsOf = ({ columnCount }: { readonly columnCount: number }) => columnCount;

async function runCommands(block: Block): Promise<void> {
  const { page, language, text } = block;
  if (page !== 'README.md') await stage.useSettings();
  let script = commandsOf(language, text);
  for (const [named, standIn] of stage.standIns) script = script.replaceAll(named, standIn);
  const ended = await (reading.includes(block) ? stage.runBeside(script) : stage.run(script));
  expect(ended, ended.said).toMatchObject({ status: 0 });
}

test('no block hides from this test: each has a language that is known', () => {
  const unknown = blocks.filter(({ language }) => !(language in PARSERS));
  expect(unknown.map(nameOf)).toEqual([]);
});

test('a block inside a block is text of it, and a mark belongs to the block behind it', () => {
  const page = ['<!-- not run: no bucket -->', '````sh', '```', 'ls', '```', '````', '```sql', 'SELECT 1', '```'].join(
    '\n',
  );
  expect(blocksIn('page', page)).toMatchObject([
    { language: 'sh', text: '```\nls\n```\n', mark: { word: 'not run', text: 'no bucket' } },
    { language: 'sql', text: 'SELECT 1\n', mark: undefined },
  ]);
});

test.for(here.filter((block) => !reading.includes(block)).map((block) => ({ name: nameOf(block), block })))(
  '$name is run as it stands',
  { timeout: 180_000 },
  async ({ block }, { skip }) => {
    skip(block.language === 'python' && Boolean(lacksPyiceberg()), 'pyiceberg is not there');
    const run = RUNNERS[block.language];
    if (!run)
      throw new Error(`Nothing runs ${block.language} here: say \`run by\` or \`not run\` in a comment before it.`);
    await run(block);
  },
);

test.concurrent.for(reading.map((block) => ({ name: nameOf(block), block })))(
  '$name is run as it stands, beside another',
  { timeout: 180_000 },
  async ({ block }) => runCommands(block),
);

test.each(
  notRun.map((block) => ({ name: nameOf(block), block })),
)('$name cannot be run, but its parser takes it', async ({ block }) => {
  await PARSERS[block.language]?.(block.text);
});

test.each(
  elsewhere.map((block) => ({ name: nameOf(block), block, by: runBy(block) ?? '' })),
)('$name is run by $by, which reads that page', ({ block, by }) => {
  const file = join(root, by);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : 'no such file').toContain(block.page.split('/').at(-1));
});
