/** A comment that was to be hidden from customers, and that a site has made public without a word: that is looked at, and told. */
import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import type { Entry } from '../journal/entry.js';
import * as read from '../site/read-target.js';
import type { Site } from '../site/site.js';
import { isInternal } from '../values/internal.js';

/** An entry as it stands once the comment that it has made was looked at; others as they are. */
export async function asShown(site: Site, entry: Entry): Promise<Entry> {
  const { action, state, resultId, issueId, request } = entry;
  if (action !== 'add_comment' || state !== 'done' || resultId === null || !isInternal(own(request.body, 'properties')))
    return entry;
  try {
    const shown = await read.comment(site, issueId ?? '', resultId);
    return shown?.jsdPublic === false ? entry : { ...entry, state: 'conflict', error: publicly(resultId) };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const why = `comment ${resultId} was made, and whether customers can read it cannot be looked up: ${error.message}`;
    return { ...entry, state: 'unknown', error: why };
  }
}

const publicly = (id: string) =>
  `comment ${id} was made, and the site does not show it as internal: customers may read it. Delete it, or restrict who may read it; it is not sent again without --again NAME`;
