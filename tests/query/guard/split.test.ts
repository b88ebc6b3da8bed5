import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitStatements } from '../../../src/query/guard/split.js';

test.each([
  ['SELECT 1; SELECT 2', ['SELECT 1', ' SELECT 2']],
  [';; ;\n', []],
  ['SELECT \';\'; FROM "a;b"', ["SELECT ';'", ' FROM "a;b"']],
  ["SELECT 'it''s;'; SELECT E'\\';'; x", ["SELECT 'it''s;'", " SELECT E'\\';'", ' x']],
  ['SELECT $$;$$; SELECT $a$;$$;$a$', ['SELECT $$;$$', ' SELECT $a$;$$;$a$']],
  [
    'SELECT 1 -- a;b\n; SELECT 2 /* c; /* d; */ e; */ ; 3',
    ['SELECT 1 -- a;b\n', ' SELECT 2 /* c; /* d; */ e; */ ', ' 3'],
  ],
  ['SELECT a$b$c;$b$', ['SELECT a$b$c', '$b$']],
])('a semicolon ends a statement where it stands in the open: %j', (text, parts) => {
  expect(splitStatements(text)).toEqual(parts);
});

test('nothing of a text is lost but the semicolons between', () => {
  const text = fc.string({
    unit: fc.constantFrom("'", '"', ';', '$', 'a', '-', '/', '*', '\n', ' ', 'E', '\\'),
    maxLength: 40,
  });
  fc.assert(
    fc.property(text, (sql) => {
      const kept = splitStatements(sql).join('').replaceAll(/\s/g, '');
      const letters = (of: string) => of.replaceAll(/[\s;]/g, '');
      expect(letters(kept)).toBe(letters(sql));
    }),
    { seed: 11 },
  );
});
