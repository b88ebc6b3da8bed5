/** `node dist/bench/peers/run.js [ISSUES]`: other readers of Jira beside this one, on the same simulated site. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { REAL_SITE } from '../../simulator/site/options.js';
import { type Counts, startSite } from '../site.js';
import { type Figure, printTable } from '../table.js';
import { READERS, type ReaderCost } from './readers.js';

const packages = join(tmpdir(), 'bench-peers');
const scratch = mkdtempSync(join(tmpdir(), 'bench-peers-run-'));

/** The tap takes no address without TLS: this one hands on what it unpacks. */
async function withTls(port: number): Promise<{ url: string; certificate: string; close(): void }> {
  const [key, certificate] = [join(scratch, 'key.pem'), join(scratch, 'certificate.pem')];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (socket) => {
    const inner = connect(port, '127.0.0.1');
    const ends = [socket, inner];
    for (const end of ends)
      end.on('error', () => {
        for (const one of ends) one.destroy();
      });
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: ours } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${ours}`, certificate, close: () => server.close() };
}

function figureOf(name: string, cost: ReaderCost, requests: number, counts: Counts): Figure {
  const there: Record<string, number> = {
    issue_search: counts.issues,
    issue_comments: counts.comments,
    issue_worklog: counts.worklogs,
    issue_changelog: counts.histories,
  };
  const lost = Object.entries(there).map(([stream, rows]) => `${rows - (cost.rows[stream] ?? 0)} of ${rows} ${stream}`);
  return {
    name,
    value: `${cost.cpuSeconds.toFixed(1)} CPU s, ${cost.peakMb.toFixed(0)} MB, ${requests} requests`,
    floor: `lost: ${lost.join(', ')}`,
    ok: true,
  };
}

const issues = Number(process.argv[2] ?? 2000);
mkdirSync(packages, { recursive: true });
const site = await startSite({ ...REAL_SITE, issues });
const secure = await withTls(Number(new URL(site.address.url).port));
const figures: Figure[] = [];
try {
  const counts = await site.count();
  for (const [at, [name, read]] of Object.entries(READERS).entries()) {
    const folder = join(scratch, String(at));
    mkdirSync(folder);
    await site.forget();
    try {
      const cost = await read({ address: site.address, secure, folder, packages });
      figures.push(figureOf(name, cost, (await site.traffic()).log.length, counts));
    } catch (error) {
      figures.push({ name, value: 'no end', floor: 'lost: all', ok: false, problem: String(error) });
    }
  }
} finally {
  secure.close();
  site.close();
  rmSync(scratch, { recursive: true, force: true });
}
printTable(`${issues.toLocaleString('en')} issues with comments, worklogs and histories, whole`, figures);
