import { createHash } from 'node:crypto';

/** Hexadecimal digits, eight by default, that distinguish a text from others. */
export function shortHash(text: string, digits = 8): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
