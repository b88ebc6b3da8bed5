/** What it costs to read streams that have a cursor: a count of what a walk will bring, and the shape of the records it is made of. */
import { parentOf, isRequestRoute, splitRequest } from '../registry/registry.js';
import { EVERYTHING, due, isWider, windowOf } from './bookmark.js';
import { childCost, type Facts, pageSize, walkCost } from './cost.js';
import type { Estimating } from './estimate.js';
import { exactly, type Range, whole } from './range.js';
import type { Measured } from './route-choice.js';
import { type Inside, type Sample, sample } from './sample.js';
import { labelOf, subtree, type TreeNode, type Wanted } from './tree.js';
