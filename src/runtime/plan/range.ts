/** A number that is known only between two bounds. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

export const NONE: Range = { min: 0, max: 0 };

export const exactly = (value: number): Range => ({ min: value, max: value });

export const plus = (a: Range, b: Range): Range => ({ min: a.min + b.min, max: a.max + b.max });

export const times = (a: Range, b: Range): Range => ({ min: a.min * b.min, max: a.max * b.max });

export const whole = ({ min, max }: Range): Range => ({ min: Math.floor(min), max: Math.ceil(max) });
