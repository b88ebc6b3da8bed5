import type { IssueDesk } from '../issues/issue-desk.js';
import type { SimRoute } from '../model.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import { bulkRoutes } from './issues-bulk.js';
import { extraRoutes } from './issues-extras.js';
import { oneIssueRoutes } from './issues-one.js';
import { searchRoutes } from './issues-search.js';
import { worklogFeedRoutes } from './issues-worklog-feeds.js';

/** Every route whose rows are issues or hang on issues, but for the lists of boards and sprints. */
export function issueRoutes(desk: IssueDesk, features: SiteFeatures = ALL_FEATURES): SimRoute[] {
  const own = [...searchRoutes(desk), ...oneIssueRoutes(desk), ...bulkRoutes(desk), ...worklogFeedRoutes(desk)];
  return [...own, ...extraRoutes(desk, features)];
}
