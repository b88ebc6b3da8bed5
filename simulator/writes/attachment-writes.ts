/** Files added to an issue. Jira takes a form of known length, from callers who say that they are no web page. */

import { change } from '../issues/change-item.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import type { WriteDesk } from './write-desk.js';

const CALLER = 0;

export function attachmentWrites(writes: WriteDesk): SimRoute[] {
  const route = writes.route('POST', 'issue/{issueIdOrKey}/attachments', (call) => attach(writes, call));
  return [{ ...route, form: true }];
}

function attach(writes: WriteDesk, call: Call): Answer {
  const place = writes.issueOf(call);
  if (call.headers['x-atlassian-token'] !== 'no-check') throw new Refusal(403, ['XSRF check failed']);
  if (call.headers['content-length'] === undefined) throw new Refusal(411, ['The length of the form is missing.']);
  writes.demand('You do not have permission to create attachments for this issue.', 'CREATE_ATTACHMENTS');
  const file = fileIn(String(call.body), String(call.headers['content-type']));
  if (file.bytes.length > writes.rules.mostAttachmentBytes)
    throw new Refusal(413, [`The file exceeds the limit of ${writes.rules.mostAttachmentBytes} bytes.`]);
  const made = writes.site.attachments.add(place, { ...file, author: CALLER, created: call.now });
  writes.edits.record(place, [change('Attachment', 'attachment', [null, null], [String(made.id), made.name])]);
  return { body: [writes.site.attachments.shown(made, writes.desk.shapes(call))] };
}

/** @param text of the form, a character for each byte */
function fileIn(text: string, type: string): { readonly name: string; readonly bytes: Buffer } {
  const [, boundary = ''] = /boundary=(.+)$/.exec(type) ?? [];
  const [, head, rest] = /^([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(text) ?? [];
  const [, name] = /name="file"; filename="([^"]*)"/.exec(head ?? '') ?? [];
  const end = rest?.indexOf(`\r\n--${boundary}`) ?? -1;
  if (rest === undefined || name === undefined || end < 0) throw badRequest('The form has no file.');
  return { name: Buffer.from(name, 'latin1').toString('utf8'), bytes: Buffer.from(rest.slice(0, end), 'latin1') };
}
