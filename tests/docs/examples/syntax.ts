/** What can be said of a block without running it: whether its language's own parser takes it. */
import { execFileSync } from 'node:child_process';
import { DuckDBInstance } from '@duckdb/node-api';
import { parseAllDocuments } from 'yaml';
import { commandsOf } from './shell.js';

/** Language -> throws with the parser's words when the text is none of it. */
export const PARSERS: Readonly<Record<string, (text: string) => Promise<void> | void>> = {
  sh: bash,
  console: (text) => bash(commandsOf('console', text)),
  cron: (text) => bash(commandsOf('cron', text)),
  python: (text) =>
    void execFileSync('python3', ['-c', 'import sys; compile(sys.stdin.read(), "block", "exec")'], { input: text }),
  js: (text) => void execFileSync(process.execPath, ['--check', '--input-type=module', '-'], { input: text }),
  json: (text) => void JSON.parse(text),
  async sql(text) {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    try {
      await connection.extractStatements(text);
    } finally {
      connection.closeSync();
    }
  },
  yaml(text) {
    for (const document of parseAllDocuments(text)) if (document.errors[0]) throw document.errors[0];
  },
};

function bash(text: string): void {
  execFileSync('bash', ['-n'], { input: text });
}
