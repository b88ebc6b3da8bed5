/** What a read says of live rows that it has not met: as far as it proves that they are gone, its commits mark them. */
import type { Mark, Row } from '../../contract/table.js';
import { PackedTexts } from '../../core/packed-texts.js';
import { notMet } from '../plan/not-met.js';
import { parentColumnOf, type ScanStep } from '../plan/read-plan.js';

export class Absence {
  /** Parents that did not show their rows: those rows stay as they are. */
  readonly refusedParents: string[] = [];
  /** Parents of parents did not show theirs: which rows hang on those is not known. */
  sheltered = false;
  /** The census of this run has been taken. */
  counted = false;
  /** After its walk it is read parent by parent, and each is judged for itself. */
  byParent = false;
  /** Values of the first key column seen in a full re-read over several commits; null: not remembered. */
  #seen: PackedTexts | null = null;
  #lastSeen: string | null = null;
  /** Parents whose rows were all read since the last commit: what the table has of them besides is gone. */
  #wholeParents: string[] = [];
  /** The same of a stream that commits once. */
  readonly #judged: string[] = [];

  constructor(private readonly step: ScanStep) {}

  /** A whole re-read of a table that has rows remembers what it saw. */
  begin(): void {
    const { window, deletes, state } = this.step;
    if (state && window.mode === 'full' && !this.#replaces && deletes.byAbsence) this.#seen = new PackedTexts();
  }

  met(rows: readonly Row[]): void {
    const [key = ''] = this.step.stream.primary_key;
    if (!this.#seen) return;
    for (const row of rows) {
      const value = String(row[key]);
      // Rows of one parent come together.
      if (value !== this.#lastSeen) this.#seen.push(value);
      this.#lastSeen = value;
    }
  }

  /** All rows of this parent have been read. */
  parentRead(parent: string): void {
    // One name of several does not tell this parent from another one, whose rows may have been refused.
    if (Object.keys((this.step.stream.parent ?? this.step.parent)?.bind ?? {}).length > 1) return;
    if (this.step.written && this.step.state) (this.#replaces ? this.#judged : this.#wholeParents).push(parent);
  }

  /** Parents to be judged at the next commit. */
  get waiting(): number {
    return this.#wholeParents.length;
  }

  /** Of parents whose rows were all read. @param complete whether what was not met may be taken for gone */
  ofParents(complete: boolean): readonly Mark[] {
    const parents = this.#wholeParents;
    this.#wholeParents = [];
    const { narrowed, atMost, differentAccount } = this.step.deletes;
    if (parents.length === 0 || !complete || differentAccount) return [];
    const mark: Mark = {
      reason: 'vanished',
      where: { column: parentColumnOf(this.step), in: parents },
      exceptBatch: true,
    };
    if (!this.byParent) return [mark];
    // A parent at rest is asked for what is in scope, and its rows are no fewer than those of a whole read.
    return narrowed ? [] : [{ ...mark, ...(atMost ? { atMost } : {}) }];
  }

  /** Of everything else, at the end of a read. */
  ofRest(complete: boolean): readonly Mark[] {
    const { state, stream, deletes } = this.step;
    const { narrowed, coverage, atMost, differentAccount } = deletes;
    if (!state || !complete || differentAccount) return [];
    // Narrower settings do not show what is outside of them; only streams that they do not touch still tell.
    if (narrowed) return [];
    // Rows of parents that are gone come first: they are judged by their parents, and must not count among these.
    if (this.#seen && !this.counted && coverage === 'parents') return [];
    const [key = ''] = stream.primary_key;
    const parents = { silent: this.refusedParents, judged: this.#judged, sheltered: this.sheltered };
    const met = { replaces: this.#replaces, key, seen: this.#seen, parentColumn: parentColumnOf(this.step) };
    const where = notMet({ ...met, ...parents });
    return where === null ? [] : [{ reason: 'vanished', where, exceptBatch: true, ...(atMost ? { atMost } : {}) }];
  }

  get #replaces(): boolean {
    return this.step.stream.write === 'replace' && !this.byParent;
  }
}
