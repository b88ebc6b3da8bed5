/** Checks every route of every stream file, and every action file, against Atlassian's OpenAPI documents: npm run check:contract -- --spec FILE… */
import { loadActions } from '../src/actions/registry/load.js';
import { readActionFiles, readStreamFiles } from '../src/app/settings/package-files.js';
import { loadRegistry } from '../src/runtime/streams/load.js';
import { checkActions } from './spec/action-contract.js';
import { checkContract } from './spec/contract.js';
import { judge, readDeviations, specFiles } from './spec/finding.js';
import { loadSpecs, OWN_LISTS, SAID_TO_BE_OURS } from './spec/open-api.js';

const files = specFiles(process.argv.slice(2), 'check:contract');
const specs = loadSpecs([...OWN_LISTS, ...files]);
const { findings, notes } = checkContract(loadRegistry(readStreamFiles()), specs);
const actions = checkActions(loadActions(readActionFiles()), specs);
const { lines, failed } = judge([...findings, ...actions], readDeviations('contract'));
console.log([`note  ${SAID_TO_BE_OURS}`, ...notes.map((note) => `note  ${note}`), ...lines].join('\n'));
process.exitCode = failed > 0 ? 1 : 0;
