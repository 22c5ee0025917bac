import { visible } from '../../text/foreign-text.ts';
import { clip } from '../text.ts';

/**
 * A text of the study that is safe for ECharts: on one line, not too long, without hidden characters, and not the name
 * of a property that every object has. ECharts keeps the widths of texts in a plain object under these very texts,
 * where `__proto__` would change the prototype of all objects; so a character without width is appended to such a name.
 */
export function label(text: string, length: number): string {
  const clipped = clip(visible(text.replace(/\s+/g, ' ')), length);
  return clipped in Object.prototype ? `${clipped}\u200b` : clipped;
}
