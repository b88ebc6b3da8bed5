/** The flow reports by name. A further one is a line here and a file beside it. */
import type { Sources } from '../sources.js';
import { aging } from './aging.js';
import type { FlowAsked } from './asked.js';
import { burndown } from './burndown.js';
import { cfd } from './cfd.js';
import { createdResolved } from './created-resolved.js';
import { cycleTime } from './cycle-time.js';
import { epics } from './epics.js';
import { estimates } from './estimates.js';
import type { FlowAnswer } from './flow.js';
import { forecast } from './forecast.js';
import type { FlowName } from './names.js';
import { sprint } from './sprint.js';
import { throughput } from './throughput.js';
import { timeInStatus } from './time-in-status.js';
import { velocity } from './velocity.js';
import { versions } from './versions.js';

export const FLOW: Readonly<Record<FlowName, (sources: Sources, asked: FlowAsked) => Promise<FlowAnswer>>> = {
  'cycle-time': cycleTime,
  throughput,
  'time-in-status': timeInStatus,
  cfd,
  aging,
  'created-resolved': createdResolved,
  forecast,
  estimates,
  velocity,
  sprint,
  burndown,
  versions,
  epics,
};
