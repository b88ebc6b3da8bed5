/** The two ways a commit can end without success that a caller must tell apart (I5). */
import { ConnectorError, type ErrorNotes } from '../../core/errors.js';

/** Somebody else's version came first; nothing of ours is visible. Load the table again and redo the work on it. */
export class CommitConflict extends ConnectorError {
  override readonly name = 'CommitConflict';
  constructor(message: string, notes: ErrorNotes = {}) {
    super('later', message, notes);
  }
}

/** It cannot be told whether our version became visible. Nothing was removed; the next load shows the truth. */
export class CommitUnknown extends ConnectorError {
  override readonly name = 'CommitUnknown';
  constructor(message: string, notes: ErrorNotes = {}) {
    super('failed', message, notes);
  }
}
