/** What a command that writes is asked to do. */
import type { InputRow } from '../../actions/plan/change.js';
import type { Markup } from '../../actions/plan/rich-text.js';
import type { Site } from '../../actions/site/site.js';
import type { WriteSettings } from '../settings/write-settings.js';
import type { WritePlace } from './open-run.js';
import type { RowResult } from './report.js';

export interface WriteJob extends WritePlace {
  /** From the settings; null: nothing may be written. */
  readonly write: WriteSettings | null;
  readonly action: string;
  /** Given rows, or found by asking the site. */
  readonly rows: readonly InputRow[] | ((site: Site) => Promise<readonly InputRow[]>);
  /** One command of a person, not a row of a set. */
  readonly single: boolean;
  /** The kind of place that the rows come from (`file`, `jql`): the last look at rows of this action from there is what may be sent. */
  readonly source: string;
  readonly send: boolean;
  /** How many things a person expects to be deleted. */
  readonly confirm?: number | undefined;
  readonly again?: string | undefined;
  /** Of rows of an earlier run that are sent again. */
  readonly ids?: readonly string[];
  readonly markup?: Markup;
  readonly notify?: boolean | undefined;
  /** Of rows of an earlier run: `adjust_estimate` of those that say nothing of it. */
  readonly estimate?: string | undefined;
  /** Asked before a single change is sent, with what it is; absent: nobody to ask. */
  readonly ask?: (text: string) => Promise<boolean>;
  readonly onRow?: (row: RowResult) => void;
}
