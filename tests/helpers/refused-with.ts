/** What the client throws for a refusal of the site. */
import { HttpStatusError } from '../../src/http/errors.js';
import { siteRefusal } from '../../src/http/site-answer.js';

const ASKED = { method: 'GET', host: 'site', path: '/x', onBehalfOf: 'issues' };

export const refusedWith = (status: number, sentence = ''): HttpStatusError =>
  new HttpStatusError(
    ASKED as never,
    status,
    sentence,
    { askedMs: null, limit: null },
    'never',
    siteRefusal(status, sentence),
  );
