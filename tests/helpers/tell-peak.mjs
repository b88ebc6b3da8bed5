// Loaded before a program by NODE_OPTIONS=--import: says at its end how much memory it had at most, in bytes, in the file PEAK_FILE.
import { writeFileSync } from 'node:fs';

process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS * 1024)));
