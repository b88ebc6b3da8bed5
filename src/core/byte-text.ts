/** 1536000 -> `1.5 MB`. */
export function byteText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  return `${Math.round((bytes / 1000 ** power) * 10) / 10} ${UNITS[power - 1]}`;
}

const UNITS = ['kB', 'MB', 'GB', 'TB'];
