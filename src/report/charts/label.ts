import { visible } from '../../text/foreign-text.ts';
import { clip } from '../text.ts';

/**
 * A text of the study as ECharts may be given it: on one line, not too long, nothing hidden in it, and the name of
 * nothing that every object has. ECharts keeps the widths of texts in a plain object by these very texts, and a
 * `__proto__` among them would change the prototype of all objects; so a character that has no width is put behind it.
 */
export function label(text: string, length: number): string {
  const clipped = clip(visible(text.replace(/\s+/g, ' ')), length);
  return clipped in Object.prototype ? `${clipped}\u200b` : clipped;
}
