/** Options of reports as flags of a command. */
import { type Command, Option } from 'commander';
import { readDay, readSeconds, readWhole } from '../core/option-values.js';
import type { ReportOption } from '../reports/option.js';
import { asFlag, collect, collectNames } from './flags.js';

export function addReportOptions(command: Command, options: readonly ReportOption[]): void {
  for (const option of options) command.addOption(reportFlag(option));
}

export function reportFlag(option: ReportOption): Option {
  if (option.kind === 'yes') return new Option(`--${option.name}`, option.about);
  const flag = new Option(`--${option.name} <${option.value}>`, option.about);
  switch (option.kind) {
    case 'texts':
      return flag.argParser(collect).default([]);
    case 'names':
      return flag.argParser(collectNames).default([]);
    case 'day':
      flag.argParser(asFlag(readDay));
      break;
    case 'seconds':
      flag.argParser(asFlag(readSeconds));
      break;
    case 'whole':
      flag.argParser(asFlag(readWhole(option.least, option.most)));
      break;
    case 'choice':
      flag.choices(option.choices);
      break;
  }
  return option.usual === undefined ? flag : flag.default(option.usual);
}
