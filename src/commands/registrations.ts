/** Every command, in the order the help shows them. */

import { registerAuth } from './auth-login.js';
import { registerCheck } from './check.js';
import type { Registration } from './command.js';
import { registerDemo } from './demo.js';
import { registerForget } from './forget.js';
import { registerInit } from './init.js';
import { registerMaintain } from './maintain.js';
import { registerPlan } from './plan.js';
import { registerPreview } from './preview.js';
import { registerQuery } from './query.js';
import { registerRelocate } from './relocate.js';
import { registerSimulate } from './simulate.js';
import { registerSnowflake } from './snowflake.js';
import { registerStatus } from './status.js';
import { registerStreams } from './streams.js';
import { registerSync } from './sync.js';

export const registrations: readonly Registration[] = [
  registerInit,
  registerCheck,
  registerAuth,
  registerStreams,
  registerSync,
  registerPlan,
  registerPreview,
  registerQuery,
  registerStatus,
  registerSnowflake,
  registerMaintain,
  registerRelocate,
  registerForget,
  registerDemo,
  registerSimulate,
];
