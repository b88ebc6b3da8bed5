/** Cases of configuration: contexts, options, roles, schemes, screens, security levels, gadgets. */
import type { FaultCase, TruthCase } from './stream-case.js';

export const TRUTHS: readonly TruthCase[] = [];

export const FAULTS: readonly FaultCase[] = [];
