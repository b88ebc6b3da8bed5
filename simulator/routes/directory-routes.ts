import type { Directory, IssueIndex, SimRoute } from '../model.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import { adminRoutes } from './admin.js';
import { withoutAdminRights } from './admin-only.js';
import { agileRoutes } from './agile.js';
import { fieldContextRoutes } from './field-contexts.js';
import { fieldRoutes } from './fields.js';
import { issueTypeSchemeRoutes } from './issue-type-schemes.js';
import { peopleRoutes } from './people.js';
import { planRoutes } from './plans.js';
import { projectDetailRoutes } from './project-details.js';
import { projectRoutes } from './projects.js';
import { schemeProjectRoutes } from './scheme-projects.js';
import { schemeRoutes } from './schemes.js';
import { screenRoutes } from './screens.js';
import { securityLevelRoutes } from './security-levels.js';
import { serviceRoutes } from './service.js';
import { sharingRoutes } from './sharing.js';
import { singleEntryRoutes } from './single-entries.js';
import { siteInfoRoutes } from './site-info.js';
import { siteListRoutes } from './site-lists.js';
import { vocabularyRoutes } from './vocabulary.js';
import { workflowRoutes } from './workflows.js';

const PARTS = [
  projectRoutes,
  vocabularyRoutes,
  fieldRoutes,
  workflowRoutes,
  schemeRoutes,
  peopleRoutes,
  sharingRoutes,
  siteInfoRoutes,
  adminRoutes,
  agileRoutes,
  siteListRoutes,
  singleEntryRoutes,
  serviceRoutes,
  planRoutes,
  fieldContextRoutes,
  issueTypeSchemeRoutes,
  projectDetailRoutes,
  schemeProjectRoutes,
  screenRoutes,
  securityLevelRoutes,
];

/** Every route of the site but those of issues. */
export function directoryRoutes(
  directory: Directory,
  issues: IssueIndex,
  features: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  const routes = PARTS.flatMap((part) => part(directory, issues, features));
  return features.administer ? routes : withoutAdminRights(routes);
}
