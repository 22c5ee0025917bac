import { HpoError } from '../../base/errors.ts';
import type { ImageSet } from '../images/image-set.ts';

/**
 * The images of some classes of a set, which keep their order; nothing is copied.
 *
 * @param names the classes, in the order of their new labels.
 * @throws HpoError HPO_DATA for a class that the set does not have, or that is named twice.
 */
export function onlyClasses(set: ImageSet, names: readonly string[]): ImageSet {
  for (const [at, name] of names.entries()) {
    const why = set.classes.includes(name) ? names.indexOf(name) !== at && 'is named twice' : 'is not in the set';
    if (why) {
      const has = set.classes.slice(0, 20).join(', ');
      throw new HpoError('HPO_DATA', `onlyClasses(): the class ${JSON.stringify(name)} ${why}; there are ${has}.`, {
        data: { class: name },
      });
    }
  }
  const labelOf = set.classes.map((name) => names.indexOf(name));
  const taken = [...set.labels.keys()].filter((index) => (labelOf[set.labels[index] as number] as number) >= 0);
  return Object.freeze({
    labels: Uint16Array.from(taken, (index) => labelOf[set.labels[index] as number] as number),
    imageShape: set.imageShape,
    classes: Object.freeze([...names]),
    read: (index: number) => set.read(taken[index] as number),
  });
}
