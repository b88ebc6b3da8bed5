// Runs the soak, which is TypeScript, with the loader of the tests: npm run soak -- --minutes 10 --seed 1
import { fileURLToPath } from 'node:url';
import { createViteServer } from 'vitest/node';

const server = await createViteServer({
  configFile: false,
  server: { middlewareMode: true, hmr: false, watch: null, ws: false },
  appType: 'custom',
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true },
});
const { main } = await server.ssrLoadModule(fileURLToPath(new URL('main.ts', import.meta.url)));
const code = await main(process.argv.slice(2));
await server.close();
process.exit(code);
