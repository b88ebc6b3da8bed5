// Runs one exported function of a TypeScript file in a process of its own: node child.mjs FILE FUNCTION JSON.
// What it returns is printed as the last line of standard output.
import { createViteServer } from 'vitest/node';

const [file, name, input] = process.argv.slice(2);
const server = await createViteServer({
  configFile: false,
  server: { middlewareMode: true, hmr: false, watch: null, ws: false },
  appType: 'custom',
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true },
});
const program = await server.ssrLoadModule(file);
const result = await program[name](JSON.parse(input));
await server.close();
process.stdout.write(`${JSON.stringify(result ?? null)}\n`);
