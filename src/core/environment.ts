/** Variables of an environment by name: handed on, never read from the process itself. */
export type Environment = Readonly<Record<string, string | undefined>>;
