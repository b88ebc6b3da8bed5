/** The connector as a library: the use cases that the command line calls, with the words of sync.yaml. */
export { type Checked, type CheckJob, check } from './app/check.js';
export { openSite, openWarehouse, type SiteOptions, type Surroundings, type WarehouseOptions } from './app/open.js';
export { type ConnectionPlan, type PlanJob, plan } from './app/plan.js';
export { type Previewed, type PreviewJob, preview } from './app/preview.js';
export { type QueryJob, query } from './app/query.js';
export { type Status, type StatusJob, status } from './app/status.js';
export { type RunReport, type SyncJob, sync } from './app/sync.js';
export { ConnectorError, type ErrorKind } from './core/errors.js';
export type { Log, Ports } from './core/ports.js';
export { Redactor } from './core/redactor.js';
