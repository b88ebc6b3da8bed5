/** Required before the first module, whose loading starts threads that read files: which threads V8 has from the start. */
import fs = require('node:fs');

const TASKS = '/proc/self/task';
if (fs.existsSync(TASKS)) process.env.BENCH_FIRST_THREADS = fs.readdirSync(TASKS).join();
