/** The few pieces of Snowflake's SQL that everything here is made of. */

/**
 * A quoted identifier. In upper case: Snowflake shows the columns of Iceberg tables so unless told otherwise, and then
 * people need not quote them.
 */
export function name(text: string): string {
  return `"${text.toUpperCase().replaceAll('"', '""')}"`;
}

/** A dotted name, each part quoted. */
export function path(...parts: readonly string[]): string {
  return parts.map(name).join('.');
}

/** A string literal; Snowflake reads backslashes in it as escapes. */
export function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Statements that belong together, with a sentence for whoever runs them. */
export interface Section {
  readonly about: string;
  /** Each without the closing semicolon. */
  readonly statements: readonly string[];
}

/** The whole script. */
export function script(sections: readonly Section[]): string {
  return sections
    .filter(({ statements }) => statements.length > 0)
    .map(({ about, statements }) => `-- ${about}\n${statements.map((statement) => `${statement};`).join('\n')}`)
    .join('\n\n');
}
