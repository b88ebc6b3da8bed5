/** The flow reports by name: what each needs, and who makes it. */
import type { ReportDocument, Role } from '../document.js';

/** What a flow report adds to a document. */
export type FlowAnswer = Pick<ReportDocument, 'answer' | 'sections' | 'notes'>;

/** Colours with a meaning, the same on every page. */
export const roleOf = (category: string): Role =>
  category === 'done' ? 'done' : category === 'indeterminate' ? 'doing' : category === 'new' ? 'todo' : 'flag';

/** To do, in progress, done: the order work goes in. */
export const CATEGORY_ORDER =
  "CASE status_category_key WHEN 'new' THEN 1 WHEN 'indeterminate' THEN 2 WHEN 'done' THEN 3 ELSE 4 END";
