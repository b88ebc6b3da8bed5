/** Child: one sync per order, so that its peak of memory is that of a sync and of nothing else. */
import '../src/app/settings/freed-memory.js';
import { setFlagsFromString } from 'node:v8';
import { boundYoungSpace } from '../src/core/heap.js';
import { answerOrders } from './child.js';
import { type SyncOrder, syncOnce } from './sync-once.js';

// As the command line does.
setFlagsFromString('--heap-growing-percent=40');
boundYoungSpace();
answerOrders<SyncOrder>(syncOnce);
