/**
 * Messages on standard error: lines for people on a terminal, pino's JSON lines otherwise. One record is one line, whatever is in it; on a
 * terminal that is narrower, what follows is further in, so that it passes for no record of its own.
 */
import pino from 'pino';
import { fold } from '../../core/fold.js';
import type { Fields, Log } from '../../core/ports.js';
import { printable, printableJson } from '../../core/printable.js';
import type { Redactor } from '../../core/redactor.js';
import type { Sink } from './io.js';
import { LOG_LEVELS, type LogLevel } from './log-levels.js';

export function createLog(sink: Sink, level: LogLevel, redactor: Redactor): Log {
  return sink.isTTY ? linesForPeople(sink, level, redactor) : jsonLines(sink, level, redactor);
}

function jsonLines(sink: Sink, level: LogLevel, redactor: Redactor): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => void sink.write(printableJson(redactor.redact(line))) },
  );
  const at =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (text: string, fields: Fields = {}) =>
      logger[name](fields, text);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function linesForPeople(sink: Sink, level: LogLevel, redactor: Redactor): Log {
  const at = (name: 'debug' | 'info' | 'warn' | 'error') => (text: string, fields?: Fields) => {
    if (LOG_LEVELS.indexOf(name) < LOG_LEVELS.indexOf(level)) return;
    const more = name === 'debug' && fields ? ` ${JSON.stringify(fields)}` : '';
    const prefix = name === 'info' ? '' : `${name}: `;
    const folded = fold(printable(redactor.redact(`${prefix}${text}${more}`)), sink.columns);
    // A display of progress may stand where the lines are written.
    sink.write(`${folded.replaceAll('\n', '\u001b[K\n')}\u001b[K\n`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
