import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../base/json.ts';
import { arrayOf, objectOf } from '../report/foreign-json.ts';
import { readJson } from '../runner/results.ts';

/** A weight of a saved model. */
export interface SavedWeight {
  readonly name: string;
  readonly numbers: Float32Array;
}

/** The bytes of one number, by its type. */
const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, uint16: 2, uint8: 1, bool: 1 };

/**
 * Reads the float32 weights of a model that `saveModel` of `hpo/tfjs` wrote, one at a time. There are none where there
 * is no such model; of one that is cut short there are those before.
 */
export function* savedWeights(folder: string): Generator<SavedWeight> {
  const specs = specsOf(readJson(join(folder, 'model.json')));
  const file = opened(join(folder, 'weights.bin'));
  if (file === undefined) return;
  try {
    const { size } = fstatSync(file);
    let start = 0;
    for (const { name, dtype, count } of specs) {
      const bytes = count * (BYTES[dtype] ?? Number.NaN);
      if (!(Number.isSafeInteger(bytes) && bytes >= 0 && start + bytes <= size)) return;
      if (dtype === 'float32') {
        const numbers = new Float32Array(count);
        readSync(file, new Uint8Array(numbers.buffer), 0, bytes, start);
        yield { name, numbers };
      }
      start += bytes;
    }
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

/** The weights that a `model.json` lists: in one file, as we write it. */
function specsOf(model: JsonValue | undefined) {
  const groups = arrayOf(objectOf(model).weightsManifest);
  return (groups.length === 1 ? arrayOf(objectOf(groups[0]).weights) : []).map((spec) => {
    const { name, dtype, shape, quantization } = objectOf(spec);
    return {
      name: String(name),
      dtype: quantization === undefined ? String(dtype) : '',
      count: arrayOf(shape).reduce((product: number, side) => product * Number(side), 1),
    };
  });
}
