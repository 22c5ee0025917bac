/**
 * A name beside a file, with the present time in UTC.
 * @param purpose stands before the time.
 */
export function datedName(file: string, purpose: string, now = new Date()): string {
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const [, stem = file, end = ''] = /^(.*?)(\.[^./\\]*)?$/.exec(file) ?? [];
  return `${stem}-${purpose}${time}${end}`;
}
