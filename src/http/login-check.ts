/** Tells a login that has ended from an operation that this account may not use, where both are answered with 401. */
import { ConnectorError } from '../core/errors.js';
import { AuthError } from './errors.js';

/** The credential check of connector.yaml. Version 2, because Data Center has no other and Cloud answers the same to both. */
export const MYSELF = '/rest/api/2/myself';
/** On whose behalf we ask who we are, in counts and messages. */
export const CREDENTIAL_CHECK = 'credential check';

export class LoginCheck {
  #last: { readonly authorization: string | undefined; readonly isGood: Promise<boolean> } | null = null;

  /** @param ask the credential check; fails with kind `credentials` when the login is not taken. */
  constructor(private readonly ask: () => Promise<unknown>) {}

  /**
   * The error that a refusal really is. Only a 401 that comes with the word of a good login is doubted, and `/myself` settles it,
   * once for each login: asking more often with a dead token would look like an attack.
   * @param sent the headers it was refused with.
   * @throws what the check ends with when it tells neither, such as NetworkError.
   */
  async verdict(error: unknown, sent: Readonly<Record<string, string>>): Promise<unknown> {
    if (!(error instanceof AuthError) || error.ifLoginIsGood === null || error.asked.onBehalfOf === CREDENTIAL_CHECK)
      return error;
    return (await this.#isGood(sent.authorization)) ? error.ifLoginIsGood : error;
  }

  #isGood(authorization: string | undefined): Promise<boolean> {
    if (this.#last?.authorization === authorization && this.#last) return this.#last.isGood;
    const isGood = this.ask().then(
      () => true,
      (error: unknown) => {
        if (error instanceof ConnectorError && error.kind === 'credentials') return false;
        this.#last = null;
        throw error;
      },
    );
    this.#last = { authorization, isGood };
    return isGood;
  }
}
