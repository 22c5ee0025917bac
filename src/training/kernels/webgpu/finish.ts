/** Whether a bias is added to each column of a product, and whether the ReLU is applied last. */
export interface FinishCode {
  readonly hasBias: boolean;
  readonly isRectified: boolean;
}

export const noFinish: FinishCode = { hasBias: false, isRectified: false };

export const finishName = ({ hasBias, isRectified }: FinishCode): string =>
  `${hasBias ? ', bias' : ''}${isRectified ? ', relu' : ''}`;

/** WGSL `finished(value, column)` of one element. */
export function finishCode({ hasBias, isRectified }: FinishCode): string {
  const sum = hasBias ? 'value + bias[column]' : 'value';
  return `fn finished(value: f32, column: u32) -> f32 { return ${isRectified ? `rectified(${sum})` : sum}; }`;
}
