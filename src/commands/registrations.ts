/** Every command, in the order the help shows them. */

import { registerCheck } from './check.js';
import type { Registration } from './command.js';
import { registerDemo } from './demo.js';
import { registerPlan } from './plan.js';
import { registerPreview } from './preview.js';
import { registerQuery } from './query.js';
import { registerSimulate } from './simulate.js';
import { registerStatus } from './status.js';
import { registerStreams } from './streams.js';
import { registerSync } from './sync.js';

export const registrations: readonly Registration[] = [
  registerCheck,
  registerStreams,
  registerSync,
  registerPlan,
  registerPreview,
  registerQuery,
  registerStatus,
  registerDemo,
  registerSimulate,
];
