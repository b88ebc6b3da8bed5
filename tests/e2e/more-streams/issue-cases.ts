/** Cases of issues: what is asked for issue by issue. */
import type { FaultCase, TruthCase } from './stream-case.js';

export const TRUTHS: readonly TruthCase[] = [];

export const FAULTS: readonly FaultCase[] = [];
