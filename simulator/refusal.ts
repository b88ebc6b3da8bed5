import type { Answer } from './model.js';

/** Thrown by a handler to answer with an error in Jira's shape. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly messages: readonly string[],
    readonly fieldErrors: Readonly<Record<string, string>> = {},
  ) {
    super(messages.join(' '));
  }

  answer(): Answer {
    return { status: this.status, body: { errorMessages: this.messages, errors: this.fieldErrors } };
  }
}

export const badRequest = (message: string): Refusal => new Refusal(400, [message]);

/** Jira gives one text for what does not exist and for what the caller may not see. */
export const NOT_FOUND = 'Issue does not exist or you do not have permission to see it.';

export const issueNotFound = (): Refusal => new Refusal(404, [NOT_FOUND]);
