import { elementAt, elementType } from './program.ts';
import type { Factor } from './tile-side.ts';

/** The way in which a factor lies in memory as a matrix. */
export interface MatrixLayout {
  readonly isAlongDepth: boolean;
  readonly isVector: boolean;
  /** WGSL: the length of a line where it lies along the depth, else the number of lines. */
  readonly length: string;
}

/** A factor that lies in memory as a matrix: line by line where it is along the depth, else depth by depth. */
export function matrixFactor(name: 'Left' | 'Right', { isAlongDepth, isVector, length }: MatrixLayout): Factor {
  const array = name === 'Left' ? 'a' : 'b';
  const index = isAlongDepth ? `place.line * ${length} + depth` : `depth * ${length} + place.line`;
  return {
    isAlongDepth,
    isVector,
    code: `
      struct ${name} { line: u32 };
      fn placeOf${name}(line: u32) -> ${name} { return ${name}(line); }
      fn at${name}(place: ${name}, depth: u32) -> ${elementType(isVector)} {
        return ${elementAt(array, index, isVector)};
      }`,
  };
}
