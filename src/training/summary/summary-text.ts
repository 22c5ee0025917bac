import type { LayerSummary, ModelSummary } from './summary.ts';

const heads = ['Layer', 'Output shape', 'Parameters', 'Multiply-adds', 'Receptive field'] as const;

/** A summary as a table of lines of text, with the totals below. */
export function summaryText(summary: Omit<ModelSummary, 'toString'>): string {
  const { inputShape, layers, parameters, trained, multiplyAdds, activations } = summary;
  const rows = layers.map(cellsOf);
  const widths = heads.map((head, column) =>
    [head, ...rows.map((cells) => cells[column] as string)].reduce((most, { length }) => Math.max(most, length), 0),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ');
  const rule = '─'.repeat(line(heads).length);
  // Of float32 numbers; a backward pass has as many as the forward pass.
  const megabytes = (numbers: number): string => `${((numbers * 4) / 1e6).toFixed(2)} MB`;
  const inputs = inputShape.reduce((a, b) => a * b, 1);
  return [
    ...[line(heads), rule, ...rows.map(line), rule],
    `Parameters: ${count(parameters)}, trained: ${count(trained)}`,
    `Multiply-adds for an image: ${count(multiplyAdds)}`,
    `Input ${megabytes(inputs)}, forward and backward pass ${megabytes(2 * activations)}, parameters ${megabytes(parameters)}`,
  ].join('\n');
}

function cellsOf(layer: LayerSummary): string[] {
  const { name, kind, outputShape, parameters, multiplyAdds, receptiveField } = layer;
  // tfjs names a layer by its class and a number where the model does not.
  const isNamed = !new RegExp(`${kind}\\d+$`).test(name);
  return [
    isNamed ? `${name} (${kind})` : kind,
    outputShape.join(' × '),
    count(parameters),
    count(multiplyAdds),
    receptiveField.map((size) => Number(size.toFixed(1))).join(' × '),
  ];
}

/** A number with its thousands apart; a dash for 0. */
const count = (number: number): string => (number === 0 ? '–' : number.toLocaleString('en-US'));
