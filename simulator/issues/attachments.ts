/** Files that were added to issues, beside those of the seed. */

import { jiraTime } from '../clock.js';
import type { Shapes } from './shapes.js';

export interface Attachment {
  readonly id: number;
  readonly name: string;
  readonly bytes: Buffer;
  /** Place in `directory.people`. */
  readonly author: number;
  /** Epoch ms. */
  readonly created: number;
}

const FIRST_ID = 8_000_000;

export class Attachments {
  private readonly added = new Map<number, readonly Attachment[]>();
  private nextId = FIRST_ID;

  of(place: number): readonly Attachment[] {
    return this.added.get(place) ?? [];
  }

  add(place: number, file: Omit<Attachment, 'id'>): Attachment {
    const made = { ...file, id: this.nextId++ };
    this.added.set(place, [...this.of(place), made]);
    return made;
  }

  shown({ id, name, bytes, author, created }: Attachment, shapes: Shapes): Record<string, unknown> {
    return {
      ...{ self: shapes.self(`attachment/${id}`), id: String(id), filename: name, author: shapes.user(author) },
      ...{ created: jiraTime(created), size: bytes.length, mimeType: 'application/octet-stream' },
      content: shapes.self(`attachment/content/${id}`),
    };
  }
}
