/** Every command with its flags, in the order the help shows them. What a command does is loaded when it is called. */

import { Argument, Option } from 'commander';
import { EXPORT_FORMATS, FORMAT_NAMES } from '../../query/formats/names.js';
import { RESTRICTED_ROWS } from '../../query/publish/open-rows.js';
import { CREDENTIAL_KINDS } from '../../runtime/streams/kinds.js';
import { ORPHAN_AGE_HOURS, RETENTION } from '../../writers/iceberg/limits.js';
import type { Registration } from '../command.js';
import { collectNames, parseDay, parseSeconds, wholeNumber } from '../flags.js';
import { SHELLS } from '../shells.js';
import { report } from './report-registrations.js';
import { write } from './write-registration.js';

/** Part of the callback URL that the app must know to the letter, hence always the same. */
const LOGIN_PORT = 47_018;
/** Always the same: a table belongs to one site, and a second demo shall go on where the first ended. */
const DEMO_PORT = 47_013;
const port = wholeNumber(0, 65_535);
const issues = wholeNumber(0, 10_000_000);

const init: Registration = (program, run) =>
  program
    .command('init')
    .summary('writes a commented settings file; asks on a terminal, takes flags without one')
    .argument('[file]', 'where to write it (default: sync.yaml); never over an existing one')
    .option('--url <address>', "the site's address, or its bare subdomain")
    .option('--name <name>', 'of the connection: part of the names of its tables')
    .addOption(new Option('--auth <kind>', 'of credentials').choices(CREDENTIAL_KINDS))
    .option('--email-var <name>', 'environment variable with the e-mail address')
    .option('--token-var <name>', 'environment variable with the token')
    .option('--client-id-var <name>', "environment variable with the app's client id")
    .option('--client-secret-var <name>', "environment variable with the app's secret")
    .option('--start <date>', 'issues and worklogs updated from this day on, YYYY-MM-DD')
    .action(run(() => import('./init.js')));

const check: Registration = (program, run) =>
  program
    .command('check')
    .summary('validates settings, credentials and site; says which streams this account can read')
    .option('--connection <name>', 'only this connection; may be repeated, or a,b', collectNames, [])
    .option('--wide', 'deployment and time zone too, however wide')
    .option('--json', 'one JSON document')
    .action(run(() => import('./check.js')));

const auth: Registration = (program, run) =>
  program
    .command('auth')
    .summary('signing in to Jira Cloud with OAuth 2.0')
    .command('login')
    .summary('asks for consent in a browser and keeps the tokens')
    .option('--connection <name>', 'which connection, when several use OAuth')
    .option('--paste', 'for machines without a browser: open the address elsewhere and paste where it ends up')
    .option('--port <number>', "port on 127.0.0.1 that the app's callback URL names", port, LOGIN_PORT)
    .action(run(() => import('./auth-login.js')));

const streams: Registration = (program, run) =>
  program
    .command('streams')
    .summary('the registry, or one stream: routes, cost, key, cursor, permissions, columns')
    .argument('[name]', 'a stream')
    .option('--like <table>', 'which stream or view stands for a table of another connector')
    .option('--json', 'one JSON document')
    .action(run(() => import('./streams.js')));

const actions: Registration = (program, run) =>
  program
    .command('actions')
    .summary('what can be written to a site, or asked of it one by one: the registry, or one action')
    .argument('[name]', 'an action')
    .option('--json', 'one JSON document')
    .action(run(() => import('./actions.js')));

const sync: Registration = (program, run) =>
  program
    .command('sync')
    .summary('reads the site into the warehouse')
    .option('--stream <name>', 'only this stream; may be repeated, or a,b', collectNames, [])
    .option('--connection <name>', 'only this connection; may be repeated, or a,b', collectNames, [])
    .option('--full-refresh', 'read everything again into the same tables')
    .option('--accept-deletes', 'mark rows deleted although very many have vanished, or another account reads')
    .option('--retry-owed', 'ask at once for all rows that are owed, whatever their turn')
    .option('--strict', 'exit 1 also for rows that were given up (refused for days)')
    .option('--census', 'look for deleted issues in this run, whatever `census:` says')
    .option('--start <date>', 'issues and worklogs updated from this day on, YYYY-MM-DD', parseDay)
    .option('--wide', 'every column of the report, however wide')
    .option('--quiet', 'say nothing when all went well')
    .option('--no-progress', 'do not tell how far it is')
    .option('--json', 'one JSON document')
    .action(run(() => import('./sync.js')));

const plan: Registration = (program, run) =>
  program
    .command('plan')
    .summary('what a sync would do: route, requests, rows, minutes; writes nothing')
    .option('--stream <name>', 'only this stream; may be repeated, or a,b', collectNames, [])
    .option('--connection <name>', 'only this connection; may be repeated, or a,b', collectNames, [])
    .option('--full-refresh', 'as if everything were read again')
    .option('--census', 'as if deleted issues were looked for, whatever `census:` says')
    .option('--start <date>', 'issues and worklogs updated from this day on, YYYY-MM-DD', parseDay)
    .option('--wide', 'mode and route too, and reasons to their end, however wide')
    .option('--json', 'one JSON document')
    .action(run(() => import('./plan.js')));

const preview: Registration = (program, run) =>
  program
    .command('preview')
    .summary('shows rows of a stream, writes nothing')
    .argument('<stream>', 'a stream')
    .option('--limit <number>', 'rows to show', wholeNumber(1, 10_000), 10)
    .option(
      '--from <file>',
      'shape a saved answer (a page, an array, one record, or JSON lines) instead of asking the site',
    )
    .option(
      '--columns <name>',
      'only this column and keys, as `columns:` would have it; may be repeated, or a,b',
      collectNames,
      [],
    )
    .option('--where <condition>', 'SQL: of the first rows only those for which it holds')
    .option('--connection <name>', 'the connection to ask; default: the first')
    .option('--json', 'one JSON document')
    .action(run(() => import('./preview.js')));

const query: Registration = (program, run) =>
  program
    .command('query')
    .summary('DuckDB over the warehouse; without SQL a prompt')
    .description(
      'main.<stream> is every connection with a _connection column, <connection>.<stream> one of them; both show live rows, <stream>_all shows everything. ' +
        'Views for people, in main and in each connection: issue (custom fields by name), worklog, comment, history, sprint.',
    )
    .argument('[sql]', 'statements that read')
    .option('--file <file>', 'statements of a file, or - for standard input')
    .addOption(new Option('--format <format>', 'how to print').choices(FORMAT_NAMES).default('table'))
    .option('--spreadsheet', "csv: a ' before texts that a spreadsheet would take for formulas")
    .option('--raw', 'csv: texts as they are, also with --spreadsheet')
    .action(run(() => import('./query.js')));

const exportRows: Registration = (program, run) =>
  program
    .command('export')
    .summary('rows of a stream, a view or a query as a file')
    .argument('[name]', 'a stream or a view for people, also as <connection>.<name>')
    .option('--sql <sql>', 'one statement that reads, in place of a name')
    .addOption(new Option('--format <format>', 'of the file').choices(EXPORT_FORMATS).makeOptionMandatory())
    .requiredOption('--out <file>', 'where it goes; - for standard output')
    .option('--force', 'replaces a file of that name')
    .option('--where <condition>', 'SQL: only rows for which it holds')
    .option('--columns <name>', 'only this column; may be repeated, or a,b', collectNames, [])
    .option('--all-rows', 'of a stream, also rows that are deleted')
    .option('--raw', "csv: without the ' before texts that a spreadsheet would take for formulas")
    .action(run(() => import('./export.js')));

const publish: Registration = (program, run) =>
  program
    .command('publish')
    .summary('the views for people as one DuckDB file, for BI tools and notebooks')
    .argument('<file>', 'where it goes, such as jira.duckdb')
    .option('--select <view>', 'only this view; may be repeated, or a,b', collectNames, [])
    .addOption(
      new Option('--restricted <how>', 'worklogs and comments only some may see')
        .choices(RESTRICTED_ROWS)
        .default('omit'),
    )
    .option('--force', 'replaces a file of that name')
    .action(run(() => import('./publish.js')));

const status: Registration = (program, run) =>
  program
    .command('status')
    .summary(
      'per stream: last run, state, rows, rows owed, deletes, rejects, late rows, requests, bookmark, age, census',
    )
    .option('--wide', 'every column, however wide')
    .option('--json', 'one JSON document')
    .addOption(new Option('--format <name>', 'numbers for a monitor').choices(['prometheus']).conflicts('json'))
    .option('--max-age <duration>', 'exit 1 when a stream has not succeeded for that long, such as 6h', parseSeconds)
    .action(run(() => import('./status.js')));

const serve: Registration = (program, run) =>
  program
    .command('serve')
    .summary('worklogs and reports over HTTP, read-only, by key: the endpoint of Time Tracker for Jira')
    .description(
      'Answers on this machine alone; elsewhere with keys (`serve:` in the settings) and TLS, its own or a proxy’s. docs/serve.md lists the addresses.',
    )
    .option('--listen <address>', 'host and port; 0 takes a free port', '127.0.0.1:8080')
    .option('--tls-cert <file>', 'PEM file with the certificate and its chain')
    .option('--tls-key <file>', "PEM file with the certificate's key")
    .option('--behind-proxy', 'a proxy in front speaks TLS with those who ask')
    .option('--new-key <name>', 'make a key, print it once with its lines for the settings, and end')
    .action(run(() => import('./serve.js')));

const snowflake: Registration = (program, run) =>
  program
    .command('snowflake')
    .summary('SQL that makes Snowflake read the tables and refresh them')
    .description(
      'For a warehouse on S3: an external volume, one table per stream, and REFRESH statements to run after each sync. For a REST catalog: a linked database that follows by itself.',
    )
    .option('--stream <name>', 'only this stream; may be repeated, or a,b', collectNames, [])
    .option('--connection <name>', 'only this connection; may be repeated, or a,b', collectNames, [])
    .option('--refresh', 'only what is to be run after a sync')
    .option('--database <name>', 'database of the views; the tables go into <name>_RAW', 'JIRA')
    .option('--role <name>', 'role that may read the views', 'ANALYST')
    .option('--aws-role <arn>', 'the role of AWS that Snowflake takes on to read the files')
    .action(run(() => import('./snowflake.js')));

const maintain: Registration = (program, run) =>
  program
    .command('maintain')
    .summary('makes tables quick to read and small: compaction, old snapshots, orphans, manifests')
    .description('What readers see stays the same, and syncs may run meanwhile.')
    .option('--stream <name>', 'only this table; may be repeated, or a,b', collectNames, [])
    .option('--connection <name>', 'only this connection; may be repeated, or a,b', collectNames, [])
    .option('--dry-run', 'say what would be done, and change nothing')
    .option('--retain-days <days>', 'snapshots younger than this stay', wholeNumber(0), RETENTION.days)
    .option('--retain-snapshots <n>', 'the newest snapshots that stay', wholeNumber(1), RETENTION.snapshots)
    .option('--orphan-age <hours>', 'unused files older than this go', wholeNumber(1), ORPHAN_AGE_HOURS)
    .option('--json', 'one JSON document')
    .action(run(() => import('./maintain.js')));

const relocate: Registration = (program, run) =>
  program
    .command('relocate')
    .summary('moves a warehouse to another place')
    .description(
      'Copies all tables, with their history, from one folder or s3:// address to another. With FROM alone: the warehouse was moved there by hand, and its tables still name the old place.',
    )
    .argument('<from>', 'where the warehouse is')
    .argument('[to]', 'where it shall be; an empty or a new place')
    .option('--dry-run', 'say what would be done, and write nothing')
    .action(run(() => import('./relocate.js')));

const forget: Registration = (program, run) =>
  program
    .command('forget')
    .summary('erases a person from every table, history included')
    .description(
      'Replaces the account id by a pseudonym and erases names and e-mail addresses, in columns, texts and JSON; then removes all earlier versions of those tables from storage.',
    )
    .argument('<account-id>', "the account's id as the tables have it; on Data Center the user key")
    .option('--connection <name>', 'only tables of this connection; may be repeated, or a,b', collectNames, [])
    .option('--dry-run', 'count, and change nothing')
    .option('--yes', 'do it')
    .action(run(() => import('./forget.js')));

const demo: Registration = (program, run) =>
  program
    .command('demo')
    .summary('the main job on a simulated Jira, and three example queries')
    .option('--port <number>', 'port of the simulated Jira on 127.0.0.1', port, DEMO_PORT)
    .option('--issues <number>', 'size of the site', issues)
    .option('--two-sites', 'a Cloud and a Data Center site, and a query over both')
    .action(run(() => import('./demo.js')));

const simulate: Registration = (program, run) =>
  program
    .command('simulate')
    .summary('a simulated Jira on this machine, for trying things out')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', port, 0)
    .option('--issues <number>', 'size of the site', issues)
    .option('--datacenter', 'a Data Center in place of a Cloud site')
    .action(run(() => import('./simulate.js')));

const completion: Registration = (program, run) =>
  program
    .command('completion')
    .summary('a script that makes a shell complete these commands')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .action(run(() => import('./completion.js')));

export const registrations: readonly Registration[] = [
  init,
  check,
  auth,
  streams,
  actions,
  sync,
  plan,
  preview,
  query,
  exportRows,
  publish,
  report,
  status,
  serve,
  write,
  snowflake,
  maintain,
  relocate,
  forget,
  demo,
  simulate,
  completion,
];
