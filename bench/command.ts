/** The command line as a person starts it, in a process of its own: CPU time from the first instruction to the last. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface CommandCost {
  readonly status: number | null;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly seconds: number;
  readonly stdout: string;
}

const CLI = fileURLToPath(new URL('../bin/connector.js', import.meta.url));
/** Node runs it before the program; what it tells goes to a pipe that the program does not know. */
const TELL = `data:text/javascript,${encodeURIComponent(
  "import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,JSON.stringify([process.cpuUsage(),process.resourceUsage().maxRSS])))",
)}`;

export async function command(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandCost> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', TELL, CLI, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const texts = [1, 3].map(async (at) => {
    let text = '';
    for await (const chunk of child.stdio[at] as NodeJS.ReadableStream) text += chunk;
    return text;
  });
  const [[status], stdout = '', told = ''] = await Promise.all([once(child, 'exit'), ...texts]);
  const [{ user, system }, maxRss] = JSON.parse(told) as [NodeJS.CpuUsage, number];
  const seconds = (performance.now() - began) / 1000;
  return { status, cpuSeconds: (user + system) / 1_000_000, peakMb: maxRss / 1024, seconds, stdout };
}
