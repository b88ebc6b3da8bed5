/** `connector auth login`: signing in with OAuth 2.0. */
import { spawn } from 'node:child_process';
import { listenForCallback, pastedCallback } from '../../app/login/callback.js';
import { login, oauthConnection } from '../../app/login/login.js';
import { EXIT } from '../../core/errors.js';
import type { Action } from '../command.js';

interface Options {
  readonly connection?: string;
  readonly paste?: true;
  readonly port: number;
}

export const run: Action<Options> = async (context, _args, { connection: name, paste, port }) => {
  const { io } = context;
  const connection = oauthConnection(context.config(name === undefined ? [] : [name]).connections, name);
  const callback = paste ? pastedCallback(port, io.stdin) : await listenForCallback(port);
  const show = (address: string) => {
    context.print(`Open this address in a browser and choose ${connection.url}:\n\n${address}\n`);
    if (paste) context.print('The browser then shows a page that cannot be loaded. Paste its whole address here:');
    else if (io.stdout.isTTY) openBrowser(address);
  };
  try {
    const place = await login(connection, callback, show, context);
    context.print(`Signed in to ${connection.url}. The tokens are kept in ${place}, which only you can read.`);
  } finally {
    callback.close();
  }
  return EXIT.ok;
};

/** The address is printed as well, so a machine without such a program loses nothing. */
function openBrowser(address: string): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
