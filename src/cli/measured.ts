/** What numbers for a monitor say of the installation and its settings. */
import type { MeasureJob } from '../app/metrics/measure.js';
import { ENGINE } from '../core/engine.js';
import type { Context } from './context.js';

export const measuredOf = (context: Context): Pick<MeasureJob, 'config' | 'version' | 'watched'> => ({
  config: context.options.config ?? 'sync.yaml',
  version: ENGINE.version,
  watched: context.watched(),
});
