/** Messages on standard error: lines for people on a terminal, pino's JSON lines otherwise. One record is one line, whatever is in it. */
import pino from 'pino';
import { printable, printableJson } from '../core/printable.js';
import type { Sink } from './io.js';
import type { Redaction } from './redaction.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Fields = Readonly<Record<string, unknown>>;

export interface Log {
  readonly level: LogLevel;
  debug(text: string, fields?: Fields): void;
  info(text: string, fields?: Fields): void;
  warn(text: string, fields?: Fields): void;
  error(text: string, fields?: Fields): void;
  /** From now on this filter is applied to everything the command says, here and on standard output. */
  keepOut(filter: (text: string) => string): void;
}

export function createLog(sink: Sink, level: LogLevel, redaction: Redaction): Log {
  const lines = sink.isTTY ? linesForPeople(sink, level, redaction) : jsonLines(sink, level, redaction);
  return { ...lines, keepOut: (filter) => redaction.add(filter) };
}

type Lines = Omit<Log, 'keepOut'>;

function jsonLines(sink: Sink, level: LogLevel, redaction: Redaction): Lines {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => void sink.write(printableJson(redaction.apply(line))) },
  );
  const at =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (text: string, fields: Fields = {}) =>
      logger[name](fields, text);
  return { level, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function linesForPeople(sink: Sink, level: LogLevel, redaction: Redaction): Lines {
  const at = (name: 'debug' | 'info' | 'warn' | 'error') => (text: string, fields?: Fields) => {
    if (LOG_LEVELS.indexOf(name) < LOG_LEVELS.indexOf(level)) return;
    const more = name === 'debug' && fields ? ` ${JSON.stringify(fields)}` : '';
    const prefix = name === 'info' ? '' : `${name}: `;
    sink.write(`${printable(redaction.apply(`${prefix}${text}${more}`))}\n`);
  };
  return { level, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
