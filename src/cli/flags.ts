/** Values of flags: each reader throws InvalidArgumentError, which commander shows. */
import { InvalidArgumentError } from 'commander';
import { namesIn, OptionProblem, readDay, readSeconds, readWhole } from '../core/option-values.js';

export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export const collectNames = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...namesIn(value),
];

/** A word of a list, which may be given several times. */
export const collectOf =
  <Word extends string>(words: readonly Word[]) =>
  (value: string, before: readonly Word[]): readonly Word[] => {
    const known = words.find((word) => word === value);
    if (known === undefined) throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.`);
    return [...before, known];
  };

/** A reader of values as commander wants it. */
export const asFlag =
  <Value>(read: (text: string) => Value) =>
  (text: string): Value => {
    try {
      return read(text);
    } catch (error) {
      throw error instanceof OptionProblem ? new InvalidArgumentError(error.message) : error;
    }
  };

export const parseDay = asFlag(readDay);
export const parseSeconds = asFlag(readSeconds);
export const wholeNumber = (least: number, most?: number): ((text: string) => number) => asFlag(readWhole(least, most));
