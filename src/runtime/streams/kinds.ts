/** The kinds of credentials there are, by the names they have in settings and stream files. */
export const CREDENTIAL_KINDS = ['basic', 'scoped', 'oauth', 'client_credentials', 'pat'] as const;

export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];
