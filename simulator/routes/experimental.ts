/** Operations that Jira calls experimental: a site may not have them. */

import type { Answer, Call } from '../model.js';
import { notFound } from '../router.js';

export const notOffered = (call: Call): Answer => notFound(call.path);
