/** One table's location by its three names: as its metadata says, where its files lie now, and where they shall lie. No I/O. */
import { createHash } from 'node:crypto';
import { ConnectorError } from '../../core/errors.js';
import { isBeneath, plainLocation } from '../storage/location.js';

export class Places {
  /** What the metadata calls the table's folder, in plain words; another than `present` when somebody moved the files. */
  readonly named: string;
  readonly #mark: string;

  constructor(
    named: string,
    readonly present: string,
    readonly target: string,
  ) {
    this.named = plainLocation(named);
    this.#mark = `-at${createHash('sha256').update(target).digest('hex').slice(0, 8)}`;
  }

  /** Whether the files stay and only the names in them change. */
  get inPlace(): boolean {
    return this.present === this.target;
  }

  /** Where a file that the metadata names lies now. @throws ConnectorError for a file outside the table's folder */
  oldPlace(location: string): string {
    return this.present + this.#beneath(location);
  }

  /** Where it shall lie under its own name. @throws as `oldPlace` */
  newPlace(location: string): string {
    return this.target + this.#beneath(location);
  }

  /**
   * Where the changed version of a file shall lie: under another name, so that in place both exist until the table's next
   * version counts, and always under the same one, so that a rerun leaves nothing of the run before.
   */
  changed(location: string): string {
    const [, stem = '', ending = ''] = /^(.*?)(?:-at[0-9a-f]{8})?(\.[^./]*)?$/.exec(this.#beneath(location)) ?? [];
    return `${this.target}${stem}${this.#mark}${ending}`;
  }

  /** Any text of the metadata: moved when it is the table's folder or lies within, else as it is. */
  text(text: string): string {
    const plain = plainLocation(text);
    return plain === this.named || isBeneath(this.named, plain) ? this.target + plain.slice(this.named.length) : text;
  }

  #beneath(location: string): string {
    if (isBeneath(this.named, location)) return plainLocation(location).slice(this.named.length);
    throw new ConnectorError(
      'failed',
      `${location} belongs to the table but lies outside its folder ${this.named}, so it cannot be moved with it. ` +
        'Let the tool that put it there rewrite the table into its own folder, then run again.',
    );
  }
}
