/** Attachments that may be there: they carry no marker, and are known by name, size and who added them. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import { momentOf } from '../values/same.js';
import { isMine } from './by-marker.js';
import type { Find } from './children.js';

export const attachmentsOf: Find = async (site, issueId) => {
  const issue = (await site.issues([issueId], ['attachment'])).get(issueId);
  if (issue === undefined) return null;
  const all = issue.fields.attachment;
  // Where attachments are switched off the field is not shown.
  if (!Array.isArray(all)) return { candidates: [], isWhole: false };
  const candidates = (all as readonly Json[]).map((one) => ({
    ...{ id: String(own(one, 'id')), marker: null, isMine: isMine(site, own(one, 'author')) },
    created: momentOf(own(one, 'created')),
    shown: {
      filename: String(own(one, 'filename')).normalize('NFC'),
      size: (own(one, 'size') ?? null) as Json,
    },
  }));
  return { isWhole: true, candidates };
};
